import { RiffError } from '../errors.ts';
import type { Runtime } from './runtime.ts';

/** Throws RiffError('openvino_missing') when the addon is not installed or too old. */
export async function openOpenVinoNode(): Promise<Runtime> {
  throw new RiffError('openvino_missing', 'the openvino-node adapter is not written yet');
}
