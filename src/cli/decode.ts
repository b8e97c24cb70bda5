import { basename } from 'node:path';
import type { Command } from 'commander';
import { cancelOnSignal } from './terminal/cancellation.ts';
import { choiceOption, seedOption } from './terminal/option-parsers.ts';
import { checkOutput, readUserFile, saveUserFile } from './terminal/user-files.ts';

const METHODS = ['pghi', 'classic'] as const;

interface DecodeOptions {
  readonly method: (typeof METHODS)[number];
  readonly seed: number;
  readonly json?: boolean;
}

export function addDecode(program: Command): void {
  program
    .command('decode')
    .description('turn a spectrogram PNG (512 rows) into a WAV')
    .argument('<picture>', 'PNG to read')
    .argument('<sound>', 'WAV to write')
    .option(
      '--method <name>',
      `phase recovery: ${METHODS.join(' or ')}`,
      choiceOption('method', METHODS),
      'pghi',
    )
    .option('--seed <n>', 'same seed, same bytes', seedOption, 0)
    .option('--json', 'print the result as JSON')
    .action(decode);
}

async function decode(input: string, output: string, options: DecodeOptions): Promise<void> {
  const wavPath = await checkOutput('the sound', output, '.wav');
  const png = await readUserFile('the picture', input);
  const { pictureToSound } = await import('./picture-to-sound.ts');
  const { signal, release } = cancelOnSignal();
  try {
    const { method, seed } = options;
    const title = basename(input);
    const { wav, ...facts } = await pictureToSound(png, { method, seed, title, signal });
    await saveUserFile('the sound', wavPath, wav);
    const { clipMs, renderMs } = facts;
    if (options.json) console.log(JSON.stringify({ wav: wavPath, method, seed, ...facts }, null, 2));
    else
      console.log(
        `${wavPath}: ${(clipMs / 1000).toFixed(2)} s of sound in ${(renderMs / 1000).toFixed(2)} s`,
      );
  } finally {
    release();
  }
}
