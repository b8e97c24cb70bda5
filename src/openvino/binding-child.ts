import { messageOf } from '../errors.ts';
import { inspectBinding } from './inspect-binding.ts';
import { openBinding } from './open-runtime.ts';
import type { Probe, ProbeRequest } from './probe-binding.mjs';

/**
 * `node binding-child.ts REQUEST`: opens one binding and prints a Probe as the last line of stdout. A separate process,
 * because native code that does not suit the machine crashes the process that loads it.
 */
const { binding, library, ...options }: ProbeRequest = JSON.parse(process.argv[2] ?? '');

async function look(): Promise<Probe> {
  try {
    const runtime = await openBinding(binding, library);
    const report = await inspectBinding(runtime, options);
    await runtime.dispose();
    return { kind: 'opened', report };
  } catch (error) {
    return { kind: 'absent', reason: messageOf(error) };
  }
}

process.stdout.write(`\n${JSON.stringify(await look())}\n`);
