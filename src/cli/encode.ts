import type { Command } from 'commander';
import { english } from '../messages/wording.ts';
import { checkOutput, readUserFile, saveUserFile } from './user-files.ts';

export function addEncode(program: Command): void {
  program
    .command('encode')
    .description('turn a WAV (any rate, mono or stereo) into a spectrogram PNG')
    .argument('<sound>', 'WAV to read')
    .argument('<picture>', 'PNG to write')
    .option('--json', 'print the result as JSON')
    .action(encode);
}

async function encode(input: string, output: string, options: { readonly json?: boolean }): Promise<void> {
  const pngPath = await checkOutput('picture', output, '.png', [input]);
  const wav = await readUserFile('sound', input);
  const { soundToPicture } = await import('./sound-to-picture.ts');
  const { png, columns, clipMs } = await soundToPicture(wav);
  await saveUserFile('picture', pngPath, png);
  if (options.json) console.log(JSON.stringify({ png: pngPath, columns, clipMs }, null, 2));
  else
    console.log(`${pngPath}: ${english.counted(columns, 'column')}, ${english.seconds(clipMs, 2)} of sound`);
}
