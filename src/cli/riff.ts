import { reportFailure } from './failure.ts';
import { createProgram } from './program.ts';

try {
  await createProgram().parseAsync();
} catch (thrown) {
  process.exitCode = reportFailure(thrown);
}
