import { RiffError } from '../errors.ts';
import type { CompiledModel, InferRequest, Runtime, TensorData } from '../openvino/runtime.ts';
import { clipTokenizer, type TokenizedText } from './clip-tokenizer.ts';
import { assertFinite, type DeviceOptions, floats, inferUnlessAborted, openShapes } from './inference.ts';
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

/** With such a U-Net a render takes minutes, and the encoder half a gigabyte: a second to compile it is little. */
const UNLOADS_FROM_BYTES = 512 * 1024 ** 2;

/** Prompts repeat, and the empty negative prompt always does. */
const REMEMBERED_TEXTS = 32;

export async function openTextEncoder(
  runtime: Runtime,
  folder: ModelFolder,
  options: DeviceOptions,
): Promise<TextEncoder> {
  const { textLength, vocabulary } = folder;
  let open: OpenEncoder | undefined = await openEncoder(runtime, folder, options);
  const width = open.output.length / textLength;
  const tokenizer = clipTokenizer(vocabulary, textLength);
  const remembered = new Map<string, EncodedText>();

  const close = async (): Promise<void> => {
    const closing = open;
    open = undefined;
    await closing?.model.dispose();
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
      open ??= await openEncoder(runtime, folder, options);
      writeIds(open.input, tokenized.ids);
      await inferUnlessAborted(open.request, signal);
      assertFinite(open.output, 'the text encoder');
      return remember(text, { ...tokenized, embeddings: open.output.slice() });
    },
    rest: async () => {
      if (folder.unet.weightBytes >= UNLOADS_FROM_BYTES) await close();
    },
    dispose: close,
  };
}

interface OpenEncoder {
  readonly model: CompiledModel;
  readonly request: InferRequest;
  readonly input: TensorData;
  readonly output: Float32Array;
}

async function openEncoder(
  runtime: Runtime,
  { textEncoder, textLength }: ModelFolder,
  options: DeviceOptions,
): Promise<OpenEncoder> {
  const { xmlPath, ids, embeddings } = textEncoder;
  const shapes = openShapes([[ids, [1, textLength]]]);
  const model = await runtime.compile(xmlPath, { ...options, shapes });
  const request = model.createRequest();
  const output = floats(request.output(embeddings.name).data, embeddings);
  return { model, request, input: request.input(ids.name).data, output };
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
