import { testPipelineOn } from './pipeline-on-binding.ts';

await testPipelineOn('openvino-node');
