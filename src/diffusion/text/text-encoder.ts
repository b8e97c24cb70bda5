import { RiffError } from '../../errors.ts';
import type { Runtime, TensorData } from '../../openvino/runtime.ts';
import { assertFinite, type DeviceOptions, floats, inferUnlessAborted, openShapes } from '../inference.ts';
import type { ModelFolder } from '../model-folder/model-folder.ts';
import { clipTokenizer, type TokenizedText } from './clip-tokenizer.ts';

export interface EncodedText extends TokenizedText {
  /** Last hidden states, float32 [textLength, width]; shared, not to be written. */
  readonly embeddings: Float32Array;
}

export interface TextEncoder {
  /** Width of one embedding. */
  readonly width: number;
  /** The text as the U-Net reads it. Texts seen lately cost nothing. */
  encode(text: string, signal?: AbortSignal): Promise<EncodedText>;
  dispose(): Promise<void>;
}

/** Prompts repeat, and the empty negative prompt always does. */
const REMEMBERED_TEXTS = 32;

export async function openTextEncoder(
  runtime: Runtime,
  folder: ModelFolder,
  options: DeviceOptions,
): Promise<TextEncoder> {
  const { textEncoder, textLength, vocabulary } = folder;
  const { ids, embeddings } = textEncoder;
  const model = await runtime.compile(textEncoder.xmlPath, {
    ...options,
    shapes: openShapes([[ids, [1, textLength]]]),
  });
  const request = model.createRequest();
  const input = request.input(ids.name).data;
  const output = floats(request.output(embeddings.name).data, embeddings);
  const tokenizer = clipTokenizer(vocabulary, textLength);
  const remembered = new Map<string, EncodedText>();

  const remember = (text: string, encoded: EncodedText): EncodedText => {
    remembered.delete(text);
    remembered.set(text, encoded);
    const oldest = remembered.keys().next();
    if (remembered.size > REMEMBERED_TEXTS && !oldest.done) remembered.delete(oldest.value);
    return encoded;
  };

  return {
    width: output.length / textLength,
    async encode(text, signal) {
      const known = remembered.get(text);
      if (known) return remember(text, known);
      const tokenized = tokenizer.tokenize(text);
      writeIds(input, tokenized.ids);
      await inferUnlessAborted(request, signal);
      assertFinite(output, 'the text encoder');
      return remember(text, { ...tokenized, embeddings: output.slice() });
    },
    dispose: () => model.dispose(),
  };
}

function writeIds(input: TensorData, ids: readonly number[]): void {
  if (input instanceof BigInt64Array) input.set(ids.map(BigInt));
  else if (input instanceof Int32Array) input.set(ids);
  else
    throw new RiffError('openvino_failed', 'Expected i64 or i32 memory for token ids, but got another type.');
}
