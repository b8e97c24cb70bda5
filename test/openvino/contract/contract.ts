import { after, before, describe } from 'node:test';
import type { Binding } from '../../../src/config.ts';
import { messageOf } from '../../../src/errors.ts';
import { openBinding } from '../../../src/openvino/open-runtime.ts';
import type { Runtime } from '../../../src/openvino/runtime.ts';
import { Bench } from './bench.ts';
import { testCache } from './cache.ts';
import { testDevices } from './devices.ts';
import { testModels } from './models.ts';
import { testRuns } from './runs.ts';

/** What every binding of OpenVINO has to keep. `absence` is why it cannot run here, or false. */
export function describeContract(name: string, open: () => Promise<Runtime>, absence: string | false): void {
  describe(`OpenVINO through ${name}`, { skip: absence }, () => {
    const bench = new Bench(open);
    before(() => bench.start());
    after(() => bench.stop());
    testModels(bench);
    testDevices(bench);
    testCache(bench);
    testRuns(bench);
  });
}

/**
 * The contract of a binding as it is installed here. One binding to a test file: libraries of two builds in one
 * process are more than some of them bear.
 */
export async function describeBinding(binding: Binding): Promise<void> {
  const absence = await openBinding(binding).then(
    (runtime) => runtime.dispose(),
    (error) => messageOf(error),
  );
  describeContract(binding, () => openBinding(binding), absence ?? false);
}
