import { after, before, describe } from 'node:test';
import type { Runtime } from '../../../src/openvino/runtime.ts';
import { Bench } from './bench.ts';
import { testModels } from './models.ts';
import { testRuns } from './runs.ts';

/**
 * What every binding of OpenVINO has to keep. `absence` is why it cannot run here, or false.
 * `open` may also give an adapter over a fake, as long as that computes the tiny models.
 */
export function describeContract(name: string, open: () => Promise<Runtime>, absence: string | false): void {
  describe(`OpenVINO through ${name}`, { skip: absence }, () => {
    const bench = new Bench(open);
    before(() => bench.start());
    after(() => bench.stop());
    testModels(bench);
    testRuns(bench);
  });
}
