import { createRequire } from 'node:module';
import type { InputFault } from './messages/input-faults.ts';

/** Stable codes, used in logs, in JSON output and between processes. */
export const ERROR_CODES = [
  'invalid_input',
  'invalid_config',
  'invalid_model',
  'openvino_missing',
  'openvino_failed',
  'out_of_memory',
  /** No render could begin; the request is not at fault. */
  'engine_unavailable',
  'engine_failed',
  'engine_crashed',
  'engine_stalled',
  'engine_protocol',
  /** A finished riff could not be written: a full disk, a folder that is gone or closed. The request is not at fault. */
  'output_failed',
  'store_failed',
  'discord_refused',
  'discord_unreachable',
  'cancelled',
] as const;
export type ErrorCode = (typeof ERROR_CODES)[number];

/** A fault with a stable code. The message says what was expected, what came and what to do. */
export class RiffError extends Error {
  readonly code: ErrorCode;

  constructor(code: ErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'RiffError';
    this.code = code;
  }
}

/** Caused by the user's input; the message may be shown to the user as it is. */
export class UserError extends RiffError {
  /** What the English message says, to be translated for the reader; empty: the message is in the reader's language. */
  readonly faults: readonly InputFault[];

  constructor(what: string | readonly InputFault[], options?: ErrorOptions) {
    const isText = typeof what === 'string';
    super('invalid_input', isText ? what : englishText(what), options);
    this.name = 'UserError';
    this.faults = isText ? [] : what;
  }
}

const require = createRequire(import.meta.url);

/** Loads the table of texts with the first fault: every process imports this file, and few of them meet one. */
function englishText(faults: readonly InputFault[]): string {
  const texts: typeof import('./messages/input-faults.ts') = require('./messages/input-faults.ts');
  return texts.inputFaultsText(faults, 'en');
}

/** All problems of the configuration at once, one sentence each. */
export class ConfigError extends RiffError {
  readonly problems: readonly string[];

  constructor(problems: readonly string[]) {
    super(
      'invalid_config',
      ['The configuration has problems:', ...problems.map((p) => `  - ${p}`)].join('\n'),
    );
    this.name = 'ConfigError';
    this.problems = problems;
  }
}

/** Thrown when work stops because its AbortSignal fired. */
export class CancelledError extends RiffError {
  constructor(message = 'cancelled') {
    super('cancelled', message);
    this.name = 'CancelledError';
  }
}

/** Throws CancelledError once the signal has fired. */
export function throwIfAborted(signal: AbortSignal | undefined): void {
  if (signal?.aborted) throw new CancelledError();
}

/** The text of whatever was thrown. */
export function messageOf(thrown: unknown): string {
  return thrown instanceof Error ? thrown.message : String(thrown);
}
