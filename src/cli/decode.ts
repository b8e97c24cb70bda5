import { basename } from 'node:path';
import type { Command } from 'commander';
import { english } from '../messages/wording.ts';
import { cancelOnSignal } from './cancellation.ts';
import { choiceOption, seedOption } from './option-parsers.ts';
import { checkOutput, readUserFile, saveUserFile } from './user-files.ts';

const METHODS = ['pghi', 'classic'] as const;

interface DecodeOptions {
  readonly method: (typeof METHODS)[number];
  readonly seed: number;
  readonly json?: boolean;
}

export function addDecode(program: Command): void {
  program
    .command('decode')
    .description(
      'turn a spectrogram picture (PNG, JPEG, WebP) into a WAV, as its EXIF says or as Riffusion does',
    )
    .argument('<picture>', 'picture to read')
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
  const wavPath = await checkOutput('sound', output, '.wav', [input]);
  const picture = await readUserFile('picture', input);
  const { pictureToSound } = await import('./picture-to-sound.ts');
  const { signal, release } = cancelOnSignal();
  try {
    const { method, seed } = options;
    const title = basename(input);
    const { wav, ...facts } = await pictureToSound(picture, { method, seed, title, signal });
    await saveUserFile('sound', wavPath, wav);
    const { clipMs, renderMs } = facts;
    if (options.json) console.log(JSON.stringify({ wav: wavPath, method, seed, ...facts }, null, 2));
    else console.log(`${wavPath}: ${english.seconds(clipMs, 2)} of sound in ${english.seconds(renderMs, 2)}`);
  } finally {
    release();
  }
}
