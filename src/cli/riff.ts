import { createProgram } from './program.ts';
import { reportFailure } from './terminal/failure.ts';

try {
  await createProgram().parseAsync();
} catch (thrown) {
  process.exitCode = reportFailure(thrown);
}
