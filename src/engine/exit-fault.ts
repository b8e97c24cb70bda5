import { type ErrorCode, RiffError } from '../errors.ts';
import type { Exit } from './engine-process.ts';

/** What allocators and V8 print before they abort. */
const OUT_OF_MEMORY = /out of memory|bad_alloc|cannot allocate memory/i;

const PERMANENT = new Set<ErrorCode>(['invalid_model', 'invalid_config', 'openvino_missing']);

/** Whether another start would fail in the same way. */
export function isPermanent(fault: RiffError): boolean {
  return PERMANENT.has(fault.code);
}

/** The fault that explains an unexpected exit. */
export function faultOf(exit: Exit, wasStarting: boolean): RiffError {
  if (exit.cause) return exit.cause;
  const how = exit.exitSignal ?? `exit code ${exit.exitCode}`;
  if (OUT_OF_MEMORY.test(exit.output)) {
    return new RiffError('out_of_memory', `the engine ran out of memory (${how}); use a smaller model`);
  }
  const text = wasStarting
    ? `the engine ended while it was starting (${how}); ${START_CRASH_ADVICE}`
    : `the engine ended unexpectedly (${how}); a new one starts`;
  return new RiffError('engine_crashed', text);
}

/** Most crashes while loading come from native libraries that do not suit the machine. */
const START_CRASH_ADVICE =
  '"npm run -s riff -- doctor" says what crashes; if it is openvino-node, set OPENVINO_BINDING=c-api in .env';

export function stallFault(stage: string, silentMs: number): RiffError {
  return new RiffError(
    'engine_stalled',
    `expected progress within ${Math.round(silentMs / 1000)} s during "${stage}", got none; the engine is stopped and a new one starts`,
  );
}
