import type { QueueLog } from '../../../src/queue/ports.ts';

export const SILENT: QueueLog = { info: () => {}, warn: () => {}, error: () => {} };
