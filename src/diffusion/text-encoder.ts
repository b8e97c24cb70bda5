import { RiffError } from '../errors.ts';
import type { DeviceOptions } from '../openvino/device-options.ts';
import type { Runtime, TensorData } from '../openvino/runtime.ts';
import { clipTokenizer, type TokenizedText } from './clip-tokenizer.ts';
import { assertFinite, type OpenPart, openPart } from './inference.ts';
import type { ModelFolder } from './model-folder/model-folder.ts';

export interface EncodedText extends TokenizedText {
  /** Last hidden states, float32 [textLength, width]; shared, not to be written. */
  readonly embeddings: Float32Array;
}

export interface TextEncoder {
  /** Width of one embedding. */
  readonly width: number;
  /** Embeds a text. Recent texts are cached. */
  encode(text: string, signal?: AbortSignal): Promise<EncodedText>;
  /** Frees the encoder's memory if the U-Net is large; the next new text then compiles it again. */
  rest(): Promise<void>;
  dispose(): Promise<void>;
}

/** With so large a U-Net a render takes minutes and the encoder half a gigabyte: a second to compile it again is little. */
const UNLOADS_FROM_BYTES = 512 * 1024 ** 2;

/** Prompts repeat, and the empty negative prompt always does. */
const REMEMBERED_TEXTS = 32;

export async function openTextEncoder(
  runtime: Runtime,
  folder: ModelFolder,
  options: DeviceOptions,
): Promise<TextEncoder> {
  const { textEncoder, textLength, vocabulary } = folder;
  const openEncoder = () => openPart(runtime, textEncoder, [1, textLength], options);
  let open: OpenPart | undefined = await openEncoder();
  const width = open.output.length / textLength;
  const tokenizer = clipTokenizer(vocabulary, textLength);
  const remembered = new Map<string, EncodedText>();

  const close = async (): Promise<void> => {
    const closing = open;
    open = undefined;
    await closing?.dispose();
  };

  const remember = (text: string, encoded: EncodedText): EncodedText => {
    remembered.delete(text);
    remembered.set(text, encoded);
    const oldest = remembered.keys().next();
    if (remembered.size > REMEMBERED_TEXTS && !oldest.done) remembered.delete(oldest.value);
    return encoded;
  };

  return {
    width,
    async encode(text, signal) {
      const known = remembered.get(text);
      if (known) return remember(text, known);
      const tokenized = tokenizer.tokenize(text);
      open ??= await openEncoder();
      writeIds(open.input, tokenized.ids);
      await open.run(signal);
      assertFinite(open.output, 'the text encoder');
      return remember(text, { ...tokenized, embeddings: open.output.slice() });
    },
    rest: async () => {
      if (folder.unet.weightBytes >= UNLOADS_FROM_BYTES) await close();
    },
    dispose: close,
  };
}

function writeIds(input: TensorData, ids: readonly number[]): void {
  if (input instanceof BigInt64Array) input.set(ids.map(BigInt));
  else if (input instanceof Int32Array) input.set(ids);
  else
    throw new RiffError(
      'openvino_failed',
      'text encoder: expected i64 or i32 memory for token ids, got another type; convert the model again',
    );
}
