import { type APIEmbed, userMention } from 'discord.js';
import type { Job } from '../queue/job.ts';
import type { ResultStore } from '../queue/result-store.ts';
import type { RiffFiles } from '../riff/engine.ts';
import { finishedButtons } from './buttons.ts';
import { riffFileName } from './file-name.ts';
import type { MessageContent } from './message-api.ts';
import { plainText, quotedText } from './safe-text.ts';

const ALT_TEXT_LENGTH = 1024;
/** Prompt, negative prompt, warnings and labels share an embed description of 4,096 characters. */
const TEXT_LENGTH = 1600;
const WARNINGS_LENGTH = 700;
const EMBED_COLOR = 0x7a5cff;

/** The answer with its two files; null: they are gone. Rejects where they cannot be read. */
export async function finishedRiff(
  job: Job,
  files: RiffFiles,
  results: Pick<ResultStore, 'read'>,
  content = '',
): Promise<MessageContent | null> {
  const { prompt, seed } = files.recipe;
  const bytes = await results.read(job.id, files);
  if (bytes === null) return null;
  const pictureName = riffFileName(prompt, seed, 'png');
  return {
    content,
    embeds: [embedOf(job, files, pictureName)],
    components: finishedButtons(job.id),
    files: [
      { name: pictureName, data: bytes.picture, contentType: 'image/png', description: altTextOf(files) },
      {
        name: riffFileName(prompt, seed, 'wav'),
        data: bytes.wav,
        contentType: 'audio/wav',
        description: `${seconds(files.durationMs.sound)} of music`,
      },
    ],
  };
}

/** Alt text of the spectrogram. */
function altTextOf({ recipe, durationMs }: RiffFiles): string {
  const about = `Spectrogram of ${seconds(durationMs.sound)} of music, seed ${recipe.seed}: `;
  return about + plainText(recipe.prompt, ALT_TEXT_LENGTH - about.length);
}

function embedOf(job: Job, files: RiffFiles, pictureName: string): APIEmbed {
  const { recipe, durationMs } = files;
  const fields = [
    inline('Seed', String(recipe.seed)),
    inline('Steps', String(recipe.steps)),
    inline('Guidance', String(recipe.guidanceScale)),
    inline('Scheduler', quotedText(recipe.scheduler, 100)),
    inline('Profile', recipe.profile),
    inline('Model', quotedText(`${recipe.model} ${recipe.modelVersion}`, 200)),
    inline('Made in', seconds(durationMs.render)),
  ];
  const image = { url: `attachment://${pictureName}` };
  return { color: EMBED_COLOR, description: descriptionOf(job, files), fields, image };
}

/** Warnings first: they say how much of the prompt is in the music at all. */
function descriptionOf(job: Job, { recipe, warnings }: RiffFiles): string {
  const lines = warnings.length === 0 ? [] : [`**Note:** ${quotedText(warnings.join(' '), WARNINGS_LENGTH)}`];
  lines.push(`**Prompt:** ${quotedText(recipe.prompt, TEXT_LENGTH)}`);
  if (recipe.negativePrompt !== '')
    lines.push(`**Without:** ${quotedText(recipe.negativePrompt, TEXT_LENGTH)}`);
  return [...lines, `**Asked by:** ${requesterText(job)}`].join('\n');
}

/** After *Again* nothing else on the message names the requester. A mention in an embed pings nobody. */
export function requesterText({ userId, guildId }: Pick<Job, 'userId' | 'guildId'>): string {
  const mayDelete = guildId === null ? '' : ' · they and moderators can delete it';
  return userMention(userId) + mayDelete;
}

function inline(name: string, value: string): { name: string; value: string; inline: boolean } {
  return { name, value, inline: true };
}

function seconds(ms: number): string {
  return `${(ms / 1000).toFixed(1)} s`;
}
