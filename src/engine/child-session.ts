import type { Duplex } from 'node:stream';
import { RiffError } from '../errors.ts';
import {
  type EngineDescription,
  type RenderOptions,
  type RenderProgress,
  type ResultKind,
  resultName,
} from '../riff/engine.ts';
import type { Recipe } from '../riff/recipe.ts';
import { encodeFrame, FrameDecoder } from './frames.ts';
import {
  type ChildMessage,
  failedMessage,
  MOST_PREVIEW_BYTES,
  type ParentMessage,
  PROTOCOL_VERSION,
  parseParentMessage,
  type RenderResult,
  type StartMessage,
} from './protocol.ts';
import { writeResultFile } from './result-files.ts';

export interface Rendering extends Omit<RenderResult, ResultKind | 'recipe'> {
  readonly png: Uint8Array;
  readonly wav: Uint8Array;
  readonly latents?: Uint8Array;
  readonly poster?: Uint8Array | null;
  readonly recipe: Recipe;
}

/** A loaded and warmed-up model. */
export interface ChildRenderer {
  readonly description: EngineDescription;
  render(request: RenderMessage['request'], options: RenderOptions): Promise<Rendering>;
}

export type OpenRenderer = (
  start: StartMessage,
  onProgress: (progress: RenderProgress) => void,
) => Promise<ChildRenderer>;

type RenderMessage = Extract<ParentMessage, { type: 'render' }>;

interface Loaded {
  readonly renderer: ChildRenderer;
  readonly outputFolder: string;
}

/**
 * The child's side of the protocol. Rejects with RiffError('engine_protocol') when the parent breaks it and resolves
 * when the pipe closes; the process has to end in both cases.
 */
export async function serve(pipe: Duplex, openRenderer: OpenRenderer): Promise<void> {
  const session = new Session(pipe, openRenderer);
  session.send({ type: 'hello', version: PROTOCOL_VERSION, pid: process.pid });
  const decoder = new FrameDecoder();
  for await (const chunk of pipe) {
    for (const frame of decoder.push(chunk as Buffer)) session.receive(parseParentMessage(frame));
  }
}

class Session {
  readonly #pipe: Duplex;
  readonly #openRenderer: OpenRenderer;
  #loaded: Loaded | null = null;
  #running: { readonly jobId: string; readonly abort: AbortController } | null = null;

  constructor(pipe: Duplex, openRenderer: OpenRenderer) {
    this.#pipe = pipe;
    this.#openRenderer = openRenderer;
  }

  send(message: ChildMessage): void {
    this.#pipe.write(encodeFrame(message));
  }

  receive(message: ParentMessage): void {
    switch (message.type) {
      case 'start':
        void this.#start(message);
        break;
      case 'render':
        if (!this.#loaded || this.#running) {
          throw new RiffError('engine_protocol', 'expected one render at a time on a loaded model');
        }
        void this.#render(message, this.#loaded);
        break;
      case 'cancel':
        // The render may have ended before the cancellation arrived.
        if (this.#running?.jobId === message.jobId) this.#running.abort.abort();
        break;
    }
  }

  async #start(message: StartMessage): Promise<void> {
    try {
      const onProgress = (progress: RenderProgress) => this.send({ type: 'beat', jobId: null, progress });
      const renderer = await this.#openRenderer(message, onProgress);
      this.#loaded = { renderer, outputFolder: message.outputFolder };
      this.send({ type: 'ready', description: renderer.description });
    } catch (thrown) {
      this.send(failedMessage(null, thrown));
    }
  }

  async #render({ jobId, request, withPreview }: RenderMessage, loaded: Loaded): Promise<void> {
    const abort = new AbortController();
    this.#running = { jobId, abort };
    const onProgress = (progress: RenderProgress) => this.send({ type: 'beat', jobId, progress });
    const onPreview = (jpeg: Uint8Array) => {
      if (jpeg.byteLength > MOST_PREVIEW_BYTES) return;
      this.send({ type: 'preview', jobId, jpeg: Buffer.from(jpeg).toString('base64') });
    };
    const options: RenderOptions = {
      onProgress,
      ...(withPreview && { onPreview }),
      signal: abort.signal,
    };
    const answer = await renderToFiles(jobId, request, loaded, options).catch((thrown: unknown) =>
      failedMessage(jobId, thrown),
    );
    this.#running = null;
    this.send(answer);
  }
}

async function renderToFiles(
  jobId: string,
  request: RenderMessage['request'],
  { renderer, outputFolder }: Loaded,
  options: RenderOptions,
): Promise<ChildMessage> {
  const { png, wav, latents, poster, ...rest } = await renderer.render(request, options);
  const write = (kind: ResultKind, bytes: Uint8Array) =>
    writeResultFile(outputFolder, resultName(jobId, kind), bytes);
  const [picture, sound, kept, drawn] = await Promise.all([
    write('picture', png),
    write('wav', wav),
    latents && write('latents', latents),
    poster && write('poster', poster),
  ]);
  const others = { ...(kept && { latents: kept }), ...(drawn && { poster: drawn }) };
  return { type: 'done', jobId, result: { ...rest, picture, wav: sound, ...others } };
}
