import type { QueueLog } from '../../../src/queue/queue-log.ts';

export const SILENT: QueueLog = { info: () => {}, warn: () => {}, error: () => {} };
