import type { Command } from 'commander';
import { addRenderOptions, type RenderCommandOptions, runRender, settingsOf } from './render-command.ts';

export function addGenerate(program: Command): void {
  const command = program
    .command('generate')
    .description('render a riff into a spectrogram PNG and a WAV')
    .argument('<prompt...>', 'words that describe the music');
  addRenderOptions(command, ['negative', 'length', 'bpm', 'loop', 'steps', 'guidance', 'scheduler']).action(
    (words: string[], options: RenderCommandOptions) => {
      const prompt = words.join(' ');
      return runRender({ title: prompt, request: () => ({ prompt, ...settingsOf(options) }) }, options);
    },
  );
}
