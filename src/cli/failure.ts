import { CommanderError } from 'commander';
import { CancelledError, type ErrorCode, messageOf, RiffError } from '../errors.ts';

const EXIT_FAULT = 1;
const EXIT_BAD_INPUT = 2;
/** 128 + SIGINT, the convention of shells. */
const EXIT_CANCELLED = 130;

/** Faults that the user can fix by passing something else. */
const BAD_INPUT = new Set<ErrorCode>(['invalid_input', 'invalid_config', 'invalid_model']);

/** Prints one line on stderr (more for a missing OpenVINO) and returns the exit code. */
export function reportFailure(thrown: unknown): number {
  if (thrown instanceof CommanderError) return reportUsage(thrown);
  if (process.env.RIFF_DEBUG === '1' && thrown instanceof Error) console.error(thrown.stack);
  if (thrown instanceof CancelledError) {
    console.error('riff: cancelled, nothing was written');
    return EXIT_CANCELLED;
  }
  if (thrown instanceof RiffError && BAD_INPUT.has(thrown.code)) {
    console.error(`riff: ${oneLine(thrown.message)}`);
    return EXIT_BAD_INPUT;
  }
  if (thrown instanceof RiffError && thrown.code === 'openvino_missing') {
    console.error(`riff: ${thrown.message}`);
    return EXIT_FAULT;
  }
  console.error(
    `riff: ${oneLine(messageOf(thrown))} (RIFF_DEBUG=1 shows where, "doctor" looks for the cause)`,
  );
  return EXIT_FAULT;
}

/** For errors of commander, which also throws to end after --help and --version. */
function reportUsage({ exitCode, message }: CommanderError): number {
  if (exitCode === 0 || message === '(outputHelp)') return exitCode;
  const text = oneLine(message.replace(/^error: /, ''));
  console.error(`riff: ${text} (--help lists what there is)`);
  return EXIT_BAD_INPUT;
}

function oneLine(text: string): string {
  return text.replace(/\s*\n\s*/g, ' ').trim();
}
