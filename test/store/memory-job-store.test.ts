import { MemoryJobStore } from '../../src/store/memory-job-store.ts';
import { describeJobStore } from './job-store-conformance.ts';

describeJobStore('memory', () => new MemoryJobStore());
