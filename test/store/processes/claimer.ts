/** Claims jobs from the store in the folder named on the command line until none is left; prints their ids. */

import { SqlJobStore } from '../../../src/store/job-store.ts';
import { openStore } from '../../../src/store/sqlite/sqlite.ts';

const store = new SqlJobStore(openStore(process.argv[2] ?? ''));
const lease = { workerId: `claimer ${process.pid}`, leaseUntil: 99_999 };
for (let job = await store.claimNext(lease, 5000); job; job = await store.claimNext(lease, 5000)) {
  process.stdout.write(`${job.id}\n`);
}
