import { after, test } from 'node:test';
import type { Binding } from '../../src/config.ts';
import { messageOf } from '../../src/errors.ts';
import { openBinding } from '../../src/openvino/open-runtime.ts';
import { testLife } from './pipeline-life.ts';
import { testPictures } from './pipeline-pictures.ts';

/** One binding to a test file: libraries of two builds in one process are more than some of them bear. */
export async function testPipelineOn(binding: Binding): Promise<void> {
  const runtime = await openBinding(binding).catch(messageOf);
  if (typeof runtime === 'string') {
    test(`pipelines on ${binding}`, { skip: `${binding} is not here: ${runtime}` }, () => {});
    return;
  }
  after(() => runtime.dispose());
  testPictures(runtime);
  testLife(runtime);
}
