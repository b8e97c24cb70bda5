import { messageOf } from '../../src/errors.ts';
import { BINDINGS, openBinding } from '../../src/openvino/open-runtime.ts';
import { describeContract } from './contract/contract.ts';

for (const binding of BINDINGS) {
  const absence = await openBinding(binding).then(
    (runtime) => runtime.dispose(),
    (error) => messageOf(error),
  );
  describeContract(binding, () => openBinding(binding), absence ?? false);
}
