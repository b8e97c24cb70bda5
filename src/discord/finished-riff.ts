import { readFile } from 'node:fs/promises';
import type { APIEmbed } from 'discord.js';
import type { Job } from '../queue/job.ts';
import type { RiffFiles } from '../riff/engine.ts';
import { finishedButtons } from './buttons.ts';
import { riffFileName } from './file-name.ts';
import type { MessageContent } from './message-api.ts';
import { plainText, quotedText } from './safe-text.ts';

const ALT_TEXT_LENGTH = 1024;
/** Prompt, negative prompt and their labels share an embed description of 4,096 characters. */
const TEXT_LENGTH = 2000;
const WARNINGS_LENGTH = 1000;
const EMBED_COLOR = 0x7a5cff;

/** The answer with its two files read from disk. Rejects with the error of `readFile`. */
export async function finishedRiff(job: Job, files: RiffFiles, content = ''): Promise<MessageContent> {
  const { prompt, seed } = files.recipe;
  const [picture, wav] = await Promise.all([readFile(files.picture.path), readFile(files.wav.path)]);
  const pictureName = riffFileName(prompt, seed, 'png');
  return {
    content,
    embeds: [embedOf(files, pictureName)],
    components: finishedButtons(job.id),
    files: [
      { name: pictureName, data: picture, contentType: 'image/png', description: altTextOf(files) },
      {
        name: riffFileName(prompt, seed, 'wav'),
        data: wav,
        contentType: 'audio/wav',
        description: `${seconds(files.durationMs.sound)} of music`,
      },
    ],
  };
}

/** A seed drawn, a caption read aloud: what somebody who does not see the picture wants to know. */
function altTextOf({ recipe, durationMs }: RiffFiles): string {
  const about = `Spectrogram of ${seconds(durationMs.sound)} of music, seed ${recipe.seed}: `;
  return about + plainText(recipe.prompt, ALT_TEXT_LENGTH - about.length);
}

function embedOf({ recipe, durationMs, warnings }: RiffFiles, pictureName: string): APIEmbed {
  const texts = [`**Prompt:** ${quotedText(recipe.prompt, TEXT_LENGTH)}`];
  if (recipe.negativePrompt !== '')
    texts.push(`**Without:** ${quotedText(recipe.negativePrompt, TEXT_LENGTH)}`);
  const fields = [
    inline('Seed', String(recipe.seed)),
    inline('Steps', String(recipe.steps)),
    inline('Guidance', String(recipe.guidanceScale)),
    inline('Scheduler', recipe.scheduler.replaceAll('_', '\\_')),
    inline('Model', quotedText(`${recipe.model} ${recipe.modelVersion}`, 200)),
    inline('Made in', seconds(durationMs.render)),
  ];
  if (warnings.length > 0)
    fields.push({ name: 'Note', value: quotedText(warnings.join(' '), WARNINGS_LENGTH), inline: false });
  const image = { url: `attachment://${pictureName}` };
  return { color: EMBED_COLOR, description: texts.join('\n'), fields, image };
}

function inline(name: string, value: string): { name: string; value: string; inline: boolean } {
  return { name, value, inline: true };
}

function seconds(ms: number): string {
  return `${(ms / 1000).toFixed(1)} s`;
}
