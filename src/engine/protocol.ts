import { z } from 'zod';
import { BINDINGS } from '../config.ts';
import { CancelledError, ERROR_CODES, type ErrorCode, messageOf, RiffError, UserError } from '../errors.ts';
import { RESULT_FILES, renderFactsSchema, renderProgressSchema } from '../riff/engine.ts';
import { JOB_ID_PATTERN } from '../riff/origin.ts';
import { promptWordsSchema } from '../riff/prompt-words.ts';
import { riffRequestSchema, SCHEDULER_NAMES } from '../riff/request.ts';

/** Each side's first message carries it; a child with another version is never used. */
export const PROTOCOL_VERSION = 3;

/** Larger previews are dropped. */
export const MOST_PREVIEW_BYTES = 512 * 1024;

const jobId = z.string().regex(JOB_ID_PATTERN);
const count = z.int().min(0);
const milliseconds = z.number().min(0);
const schedulerName = z.enum(SCHEDULER_NAMES);

const settings = {
  steps: z.int(),
  guidanceScale: z.number(),
  negativeGuidanceScale: z.number().optional(),
  scheduler: schedulerName,
};

const description = z.strictObject({
  model: z.string(),
  modelVersion: z.string(),
  device: z.string(),
  openvino: z.string(),
  defaults: z.strictObject({
    ...settings,
    fewSteps: z.strictObject(settings).optional(),
  }),
  schedulers: z.array(schedulerName).readonly(),
  clipMs: milliseconds,
  wavBytes: count,
  grid: z.strictObject({
    clipColumns: z.int().min(1),
    columnMs: milliseconds,
    tempi: z.array(z.number()).readonly(),
    tempiOfWords: z.record(z.string(), z.array(z.number()).readonly()).readonly(),
    beatsPerBar: z.int().min(1),
  }),
  channels: z.int().min(1),
  takesNegatives: z.boolean(),
  takesLatents: z.boolean(),
  takesSounds: z.boolean(),
  promptWords: promptWordsSchema,
  licence: z.string().nullable(),
  msPerStep: milliseconds,
  msFixed: milliseconds,
});

const EXTENSIONS = Object.values(RESULT_FILES).map(({ extension }) => extension);
const RESULT_NAME = new RegExp(`^[a-z0-9][a-z0-9-]{0,63}\\.(${EXTENSIONS.join('|')})$`);

/** A file of the output folder, by name: paths never cross the boundary. */
const resultFile = z.strictObject({
  name: z.string().regex(RESULT_NAME),
  bytes: z.int().min(1),
  sha256: z.string().regex(/^[0-9a-f]{64}$/),
});

const result = z.strictObject({
  ...renderFactsSchema.shape,
  picture: resultFile,
  wav: resultFile,
  latents: resultFile.optional(),
  poster: resultFile.optional(),
});

const parentMessage = z.discriminatedUnion('type', [
  z.strictObject({
    type: z.literal('start'),
    version: z.literal(PROTOCOL_VERSION),
    modelFolder: z.string(),
    device: z.string(),
    openvino: z.strictObject({ binding: z.enum(BINDINGS).nullable(), library: z.string().nullable() }),
    modelCache: z.strictObject({ folder: z.string(), maxBytes: count }).nullable(),
    outputFolder: z.string(),
  }),
  z.strictObject({
    type: z.literal('render'),
    jobId,
    request: riffRequestSchema,
    /** The caller wants a preview. */
    withPreview: z.boolean().optional(),
  }),
  z.strictObject({ type: z.literal('cancel'), jobId }),
]);

const childMessage = z.discriminatedUnion('type', [
  z.strictObject({ type: z.literal('hello'), version: z.int(), pid: z.int() }),
  /** `jobId` is null while the model loads and warms up. */
  z.strictObject({ type: z.literal('beat'), jobId: jobId.nullable(), progress: renderProgressSchema }),
  z.strictObject({ type: z.literal('ready'), description }),
  /** A JPEG in base64. Unlike results it is not written to a file. */
  z.strictObject({ type: z.literal('preview'), jobId, jpeg: z.base64().max(2 * MOST_PREVIEW_BYTES) }),
  z.strictObject({ type: z.literal('done'), jobId, result }),
  z.strictObject({
    type: z.literal('failed'),
    jobId: jobId.nullable(),
    code: z.enum(ERROR_CODES),
    message: z.string(),
  }),
]);

export type ParentMessage = z.infer<typeof parentMessage>;
export type ChildMessage = z.infer<typeof childMessage>;
export type StartMessage = Extract<ParentMessage, { type: 'start' }>;
export type RenderResult = z.infer<typeof result>;
export type ResultFile = z.infer<typeof resultFile>;

/** Throws RiffError('engine_protocol') on anything that is not a message of the child. */
export function parseChildMessage(value: unknown): ChildMessage {
  return parseMessage(childMessage, value);
}

/** Throws RiffError('engine_protocol') on anything that is not a message of the parent. */
export function parseParentMessage(value: unknown): ParentMessage {
  return parseMessage(parentMessage, value);
}

/** The error as a message; unknown errors become `engine_failed`. */
export function failedMessage(job: string | null, thrown: unknown): ChildMessage {
  const code = thrown instanceof RiffError ? thrown.code : 'engine_failed';
  return { type: 'failed', jobId: job, code, message: messageOf(thrown) };
}

/** The message as an error. */
export function errorFrom(failure: { readonly code: ErrorCode; readonly message: string }): RiffError {
  switch (failure.code) {
    case 'cancelled':
      return new CancelledError(failure.message);
    case 'invalid_input':
      return new UserError(failure.message);
    default:
      return new RiffError(failure.code, failure.message);
  }
}

function parseMessage<T>(schema: z.ZodType<T>, value: unknown): T {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0];
  throw new RiffError(
    'engine_protocol',
    `expected a message of protocol ${PROTOCOL_VERSION}, got one with a fault at "${issue?.path.join('.') ?? ''}": ${issue?.message ?? 'unknown'}`,
  );
}
