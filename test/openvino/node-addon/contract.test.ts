import { describeBinding } from '../contract/contract.ts';

await describeBinding('openvino-node');
