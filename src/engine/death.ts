import { type ErrorCode, RiffError } from '../errors.ts';
import type { Ending } from './engine-process.ts';

/** What allocators and V8 print before they give up. */
const OUT_OF_MEMORY = /out of memory|bad_alloc|cannot allocate memory/i;

/** Starting again cannot mend these by itself. */
const LASTING = new Set<ErrorCode>(['invalid_model', 'invalid_config', 'openvino_missing']);

export function isLasting(fault: RiffError): boolean {
  return LASTING.has(fault.code);
}

/** The fault behind the end of a process that was not meant to end. */
export function faultOf(ending: Ending, wasStarting: boolean): RiffError {
  if (ending.cause) return ending.cause;
  const how = ending.exitSignal ?? `exit code ${ending.exitCode}`;
  if (OUT_OF_MEMORY.test(ending.output)) {
    return new RiffError('out_of_memory', `the engine ran out of memory (${how}); use a smaller model`);
  }
  const text = wasStarting
    ? `the engine ended while it was starting (${how}); ${START_CRASH_ADVICE}`
    : `the engine ended unexpectedly (${how}); a fresh one is being started`;
  return new RiffError('engine_crashed', text);
}

/** Most deaths while loading are native libraries that do not fit the machine. */
const START_CRASH_ADVICE =
  '"npm run -s riff -- doctor" tells what crashes; where it is openvino-node, set OPENVINO_BINDING=c-api in .env';

export function stallFault(stage: string, silentMs: number): RiffError {
  return new RiffError(
    'engine_stalled',
    `expected a sign of life within ${Math.round(silentMs / 1000)} s during "${stage}", none came; the engine is ended and a fresh one is being started`,
  );
}
