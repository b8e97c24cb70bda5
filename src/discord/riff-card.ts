import { type APIEmbed, type APIEmbedField, userMention } from 'discord.js';
import type { Blocked, Job, QueuePosition } from '../queue/job.ts';
import type { ResultStore } from '../queue/result-store.ts';
import { MAX_ATTEMPTS } from '../queue/retry-policy.ts';
import { RESULT_FILES, type RenderProgress, type RenderStage, type RiffFiles } from '../riff/engine.ts';
import type { Origin } from '../riff/origin.ts';
import type { RiffRequest } from '../riff/request.ts';
import { inSeconds } from '../wording.ts';
import { againButton, collectButtons, finishedButtons, unfinishedButtons } from './buttons.ts';
import type { MessageContent } from './message-api.ts';
import {
  capitalized,
  ordinal,
  plainText,
  punctuated,
  quotedText,
  relativeTime,
  riffFileName,
} from './text.ts';

const TITLE_LENGTH = 120;
const BAR_LENGTH = 20;
const REASON_LENGTH = 300;
const ALT_TEXT_LENGTH = 1024;
/** Prompt, negative prompt, warnings and labels share an embed description of 4,096 characters. */
const TEXT_LENGTH = 1600;
const WARNINGS_LENGTH = 700;
const EMBED_COLOR = 0x7a5cff;
/** A longer wait may exceed the 15 minutes in which an answer can be edited. */
const LONG_WAIT_MS = 10 * 60_000;

/** `load` is also shown before the engine's first message. */
const STAGE_WORDS: Readonly<Record<RenderStage, string>> = {
  load: 'starting',
  text: 'reading the prompt',
  denoise: 'shaping the spectrogram',
  decode: 'painting the spectrogram',
  audio: 'turning it into sound',
  files: 'writing the files',
};

/** How much of a render is done at the start of each stage; the steps fill the long one. */
const STAGE_SHARE: Readonly<Record<RenderStage, readonly [from: number, to: number]>> = {
  load: [0, 0],
  text: [0, 0.05],
  denoise: [0.05, 0.85],
  decode: [0.85, 0.85],
  audio: [0.9, 0.9],
  files: [0.95, 0.95],
};

/** `readyAt` in epoch ms, null when nothing was measured yet. */
export function waitingCard(job: Job, position: QueuePosition, readyAt: number | null): MessageContent {
  const retry = job.attempts > 0 ? ` ${capitalized(retryText(job.attempts + 1))}.` : '';
  const eta = readyAt === null ? 'no estimate yet' : `ready ${relativeTime(readyAt)}`;
  const when = position.blocked ? whyBlockedText(position.blocked) : eta;
  const content = `${titleOf(job)} is **${ordinal(position.number)}** in line · ${punctuated(when)}${retry}`;
  const isLong = position.blocked !== null || (position.etaMs ?? 0) > LONG_WAIT_MS;
  const hint = isLong && !job.target.canPost ? `\n${COLLECT_HINT}` : '';
  return { content: content + hint, components: unfinishedButtons(job.id) };
}

export function runningCard(job: Job, progress: RenderProgress): MessageContent {
  const retry = job.attempts > 1 ? ` · ${retryText(job.attempts)}` : '';
  const { stage, stepIndex, steps } = progress;
  const step = stage === 'denoise' ? ` · step ${stepIndex}/${steps}` : '';
  const content = `${titleOf(job)}: ${STAGE_WORDS[stage]}${step}${retry}\n${barOf(progress)}`;
  return { content, components: unfinishedButtons(job.id) };
}

/** Shown shortly before Discord closes the answer for edits. */
export function lateCard(job: Job): MessageContent {
  const late = `${titleOf(job)} takes longer than the 15 minutes that Discord lets me edit this message`;
  if (job.target.canPost)
    return { content: `${late}. It will come as a new message.`, components: unfinishedButtons(job.id) };
  const content = `${late}, and I may not post in this channel. Press **Collect** to see its progress or to get it.`;
  return { content, components: collectButtons(job.id) };
}

/** Shows a moderator's reason, but not the requester's own. */
export function cancelledCard(job: Job): MessageContent {
  const { state } = job;
  const isOwn = state.kind !== 'cancelled' || state.by === job.userId;
  const who = isOwn ? '' : ' by a moderator';
  const why = isOwn || state.reason === '' ? '' : `: ${quotedText(state.reason, REASON_LENGTH)}`;
  return {
    content: punctuated(`${titleOf(job)} was cancelled${who}${why}`),
    components: againButton(job.id),
  };
}

export function failedCard(job: Job): MessageContent {
  const { state } = job;
  const why =
    state.kind === 'failed'
      ? `: ${punctuated(quotedText(state.reason, 1000))} (error ${state.errorId})`
      : '.';
  return { content: `${titleOf(job)} failed${why}`, components: againButton(job.id) };
}

/** A clause without a full stop. */
export function whyBlockedText(blocked: Blocked): string {
  if (blocked.kind === 'blocked') return `${blocked.reason}; your riff keeps its position`;
  const why = blocked.reason === '' ? '' : `: ${quotedText(blocked.reason, REASON_LENGTH)}`;
  return `the queue is paused${why}`;
}

export const COLLECT_HINT =
  '-# I may not post in this channel. If it takes longer than 15 minutes, a button will bring it.';

/** `attempt` counts from 1. A clause without a full stop. */
export function retryText(attempt: number): string {
  return `the last try failed, trying again (${attempt} of ${MAX_ATTEMPTS})`;
}

function titleOf(job: Job): string {
  return `“${quotedText(job.request.prompt, TITLE_LENGTH)}”`;
}

/** A bar to see and a number for screen readers. */
function barOf({ stage, stepIndex, steps }: RenderProgress): string {
  const [from, to] = STAGE_SHARE[stage];
  const share = from + (to - from) * Math.min(1, stepIndex / Math.max(1, steps));
  const bar = '█'.repeat(Math.round(BAR_LENGTH * share)).padEnd(BAR_LENGTH, '░');
  return `\`${bar}\` ${Math.round(100 * share)} %`;
}

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
  const pictureName = riffFileName(prompt, seed, 'picture');
  return {
    content,
    embeds: [embedOf(job, files, pictureName)],
    components: finishedButtons(job.id),
    files: [
      {
        name: pictureName,
        data: bytes.picture,
        contentType: RESULT_FILES.picture.contentType,
        description: altTextOf(files),
      },
      {
        name: riffFileName(prompt, seed, 'wav'),
        data: bytes.wav,
        contentType: RESULT_FILES.wav.contentType,
        description: `${inSeconds(files.durationMs.sound)} of music`,
      },
    ],
  };
}

/** Alt text of the spectrogram. */
function altTextOf({ recipe, durationMs }: RiffFiles): string {
  const about = `Spectrogram of ${inSeconds(durationMs.sound)} of music, seed ${recipe.seed}: `;
  return about + plainText(recipe.prompt, ALT_TEXT_LENGTH - about.length);
}

function embedOf(job: Job, files: RiffFiles, pictureName: string): APIEmbed {
  const { recipe, durationMs } = files;
  // The type asks for every option, so that none is forgotten; null: it stands in the description.
  const options: Readonly<Record<keyof RiffRequest, APIEmbedField | null>> = {
    prompt: null,
    negativePrompt: null,
    seed: inline('Seed', String(recipe.seed)),
    steps: inline('Steps', String(recipe.steps)),
    guidanceScale: inline('Guidance', String(recipe.guidanceScale)),
    scheduler: inline('Scheduler', quotedText(recipe.scheduler, 100)),
    profile: inline('Profile', recipe.profile),
    lengthSeconds: recipe.lengthSeconds === undefined ? null : inline('Length', inSeconds(durationMs.sound)),
    bpm: recipe.bpm === undefined ? null : inline('Tempo', `${recipe.bpm} bpm`),
    loop: recipe.loop ? inline('Loop', 'whole bars') : null,
    variations: recipe.variations?.length
      ? inline('Varied', recipe.variations.map(({ seed }) => `seed ${seed}`).join(', '))
      : null,
    from: recipe.from ? inline('From', originText(recipe.from)) : null,
  };
  const fields = [
    ...Object.values(options).filter((field) => field !== null),
    inline('Model', quotedText(`${recipe.model} ${recipe.modelVersion}`, 200)),
    inline('Made in', inSeconds(durationMs.render)),
  ];
  const image = { url: `attachment://${pictureName}` };
  return { color: EMBED_COLOR, description: descriptionOf(job, files), fields, image };
}

function originText(from: Origin): string {
  switch (from.kind) {
    case 'extend':
      return 'a shorter riff';
    case 'morph':
      return 'two riffs';
    case 'remix':
      return 'riff' in from.of ? 'another riff' : 'a sound';
  }
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

function inline(name: string, value: string): APIEmbedField {
  return { name, value, inline: true };
}
