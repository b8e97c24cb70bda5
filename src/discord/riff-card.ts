import { type APIEmbed, userMention } from 'discord.js';
import type { Language } from '../messages/languages.ts';
import { noticeText } from '../messages/notices.ts';
import { reasonText } from '../messages/reasons.ts';
import { remixTexts } from '../messages/remix.ts';
import { riffCardTexts } from '../messages/riff-card.ts';
import { soundTexts } from '../messages/sound.ts';
import { wordingIn } from '../messages/wording.ts';
import type { Blocked, Job, QueuePosition } from '../queue/job.ts';
import type { ResultStore } from '../queue/result-store.ts';
import { MAX_ATTEMPTS } from '../queue/retry-policy.ts';
import { RESULT_FILES, type RenderProgress, type RenderStage, type RiffFiles } from '../riff/engine.ts';
import { type Origin, uploadOf } from '../riff/origin.ts';
import type { RiffRequest } from '../riff/request.ts';
import {
  againButton,
  type ButtonMessage,
  collectButtons,
  finishedButtons,
  unfinishedButtons,
} from './buttons.ts';
import type { AttachedFile, MessageContent } from './message-api.ts';
import { shownOptions } from './options.ts';
import { riffSound } from './riff-sound.ts';
import {
  capitalized,
  plainText,
  punctuated,
  quotedText,
  relativeTime,
  riffFileName,
  shownPrompt,
} from './text.ts';

const BAR_LENGTH = 20;
const REASON_LENGTH = 300;
const FILE_NAME_SHOWN = 100;
const ALT_TEXT_LENGTH = 1024;
/** Prompt, negative prompt, warnings and labels share an embed description of 4,096 characters. */
const TEXT_LENGTH = 1600;
const WARNINGS_LENGTH = 700;
const EMBED_COLOR = 0x7a5cff;
/** The value of a switch. */
const ON = '✓';
const PREVIEW_NAME = 'preview.jpg';
/** A longer wait may exceed the 15 minutes in which an answer can be edited. */
const LONG_WAIT_MS = 10 * 60_000;

/** How much of a render is done at the start of each stage; the steps fill the long one. */
const STAGE_SHARE: Readonly<Record<RenderStage, readonly [from: number, to: number]>> = {
  load: [0, 0],
  text: [0, 0.05],
  denoise: [0.05, 0.85],
  decode: [0.85, 0.85],
  audio: [0.9, 0.9],
  files: [0.95, 0.95],
};

type CardTexts = (typeof riffCardTexts)['en'];

/** `readyAt` in epoch ms, null when nothing was measured yet. */
export function waitingCard(job: Job, position: QueuePosition, readyAt: number | null): ButtonMessage {
  const { locale, canPost } = job.target;
  const text = riffCardTexts[locale];
  const when = punctuated(whenText(position, readyAt, locale));
  const retry = job.attempts > 0 ? ` ${capitalized(text.retry(job.attempts + 1, MAX_ATTEMPTS))}.` : '';
  const content = text.waiting(shownPrompt(job.request), position.number, when) + retry;
  const isLong = position.blocked !== null || (position.etaMs ?? 0) > LONG_WAIT_MS;
  const hint = isLong && !canPost ? `\n-# ${text.collectHint}` : '';
  return { content: content + hint, components: unfinishedButtons(job.id, locale) };
}

/** `preview`: a JPEG that the message is to show from now on; `shown`: it shows one, which stays. */
export function runningCard(
  job: Job,
  progress: RenderProgress,
  preview: Uint8Array | 'shown' | null = null,
): MessageContent {
  const text = riffCardTexts[job.target.locale];
  const bar = barOf(progress);
  const { stage, stepIndex, steps, window } = progress;
  const parts = [
    text.running(shownPrompt(job.request), text.stages[stage]),
    ...(stage === 'denoise' ? [text.step(stepIndex, steps)] : []),
    ...(window ? [text.section(window.number, window.count)] : []),
    ...(job.attempts > 1 ? [text.retry(job.attempts, MAX_ATTEMPTS)] : []),
  ];
  const content = `${parts.join(' · ')}\n${bar}`;
  const card = { content, components: unfinishedButtons(job.id, job.target.locale) };
  if (preview === null) return card;
  return preview === 'shown'
    ? { ...card, keepsFiles: true }
    : { ...card, files: [previewFile(preview, text.preview)] };
}

function previewFile(jpeg: Uint8Array, description: string): AttachedFile {
  return { name: PREVIEW_NAME, data: Buffer.from(jpeg), contentType: 'image/jpeg', description };
}

/** Shown shortly before Discord closes the answer for edits. */
export function lateCard(job: Job): MessageContent {
  const text = riffCardTexts[job.target.locale];
  const { canPost, locale } = job.target;
  const late = text.late(shownPrompt(job.request));
  return canPost
    ? { content: `${late} ${text.comesAsMessage}`, components: unfinishedButtons(job.id, locale) }
    : { content: `${late} ${text.mustBeCollected}`, components: collectButtons(job.id, locale) };
}

/** Shows a moderator's reason, but not the requester's own. */
export function cancelledCard(job: Job): MessageContent {
  const { state } = job;
  const text = riffCardTexts[job.target.locale];
  const isOwn = state.kind !== 'cancelled' || state.by === job.userId;
  const { locale } = job.target;
  const content = isOwn
    ? text.cancelled(shownPrompt(job.request))
    : punctuated(explainedText(text.cancelledByModerator(shownPrompt(job.request)), state.reason, locale));
  return { content, components: againButton(job.id, locale) };
}

export function failedCard(job: Job): MessageContent {
  const { state } = job;
  const text = riffCardTexts[job.target.locale];
  const clause = text.failed(shownPrompt(job.request));
  const content =
    state.kind === 'failed'
      ? `${text.because(clause, punctuated(quotedText(reasonText(state.reason, job.target.locale), 1000)))} ${text.error(state.errorId)}`
      : `${clause}.`;
  return { content, components: againButton(job.id, job.target.locale) };
}

/** When a waiting riff will be ready, or why it does not start. A clause without a full stop. */
export function whenText({ blocked }: QueuePosition, readyAt: number | null, language: Language): string {
  if (blocked) return whyBlockedText(blocked, language);
  const text = riffCardTexts[language];
  return readyAt === null ? text.noEstimate : `${text.ready} ${relativeTime(readyAt)}`;
}

/** A clause without a full stop. */
export function whyBlockedText(blocked: Blocked, language: Language): string {
  const text = riffCardTexts[language];
  if (blocked.kind === 'blocked') return text.keepsPosition(reasonText(blocked.reason, language));
  return explainedText(text.paused, blocked.reason, language);
}

/** The clause with a moderator's reason, of which at most `maxLength` characters are shown; empty: there is none. */
export function explainedText(
  clause: string,
  reason: string,
  language: Language,
  maxLength = REASON_LENGTH,
): string {
  if (reason === '') return clause;
  return riffCardTexts[language].because(clause, quotedText(reason, maxLength));
}

/** A bar to see and a number for screen readers. */
export function barOf({ stage, stepIndex, steps }: RenderProgress): string {
  const [from, to] = STAGE_SHARE[stage];
  const share = from + (to - from) * Math.min(1, stepIndex / Math.max(1, steps));
  const bar = '█'.repeat(Math.round(BAR_LENGTH * share)).padEnd(BAR_LENGTH, '░');
  return `\`${bar}\` ${Math.round(100 * share)} %`;
}

export interface FinishedOptions {
  readonly content?: string;
  /** A larger WAV is sent as Ogg Opus; by default what the channel takes. */
  readonly maxSoundBytes?: number;
}

/** The answer with its files: the poster where there is one, in the embed, the picture and the sound; null: they are gone. Rejects where they cannot be read. */
export async function finishedRiff(
  job: Job,
  files: RiffFiles,
  results: Pick<ResultStore, 'read'>,
  { content = '', maxSoundBytes = job.target.maxFileBytes }: FinishedOptions = {},
): Promise<MessageContent | null> {
  const { prompt, seed } = files.recipe;
  const bytes = await results.read(job.id, files);
  if (bytes === null) return null;
  const sound = await riffSound(bytes.wav, files, { maxBytes: maxSoundBytes, language: job.target.locale });
  const notes = sound.format === 'ogg' ? [asOggText(job, files)] : [];
  const description = altTextOf(files, job.target.locale);
  const pictures: AttachedFile[] = [];
  for (const kind of ['poster', 'picture'] as const) {
    const { extension, contentType } = RESULT_FILES[kind];
    const name = riffFileName(prompt, seed, extension);
    const data = bytes[kind];
    if (data) pictures.push({ name, data: Buffer.from(data), contentType, description });
  }
  const noted = { ...files, warnings: [...files.warnings, ...notes] };
  return {
    content,
    embeds: [embedOf(job, noted, pictures[0]?.name ?? '')],
    components: finishedButtons(job.id, job.target.locale),
    files: [...pictures, sound.file],
  };
}

function asOggText({ target }: Job, { wav }: RiffFiles): string {
  return soundTexts[target.locale].asOgg(wav.bytes);
}

/** Alt text of the spectrogram. */
function altTextOf({ recipe, durationMs }: RiffFiles, language: Language): string {
  const text = riffCardTexts[language];
  const about = text.picture(wordingIn(language).seconds(durationMs.sound), recipe.seed, '');
  return about + plainText(recipe.prompt, ALT_TEXT_LENGTH - about.length);
}

type Field = readonly [name: string, value: string];

function embedOf(job: Job, files: RiffFiles, pictureName: string): APIEmbed {
  const { recipe, durationMs } = files;
  const text = riffCardTexts[job.target.locale];
  const { fields: names } = text;
  // The negative prompt stands in the description; of the length the sound's own is told.
  const lengthSeconds = recipe.lengthSeconds && durationMs.sound / 1000;
  const options = shownOptions({ ...recipe, negativePrompt: '', lengthSeconds }, job.target.locale);
  const fields: Field[] = [];
  for (const { name, value = ON } of options) fields.push([capitalized(name), quotedText(value, 200)]);
  const variations = recipe.variations?.map(({ seed }) => text.variedSeed(seed)) ?? [];
  if (variations.length > 0) fields.push([names.varied, variations.join(', ')]);
  if (recipe.from) fields.push([names.from, originText(job, recipe.from)]);
  fields.push(
    [names.model, quotedText(`${recipe.model} ${recipe.modelVersion}`, 200)],
    [names.madeIn, wordingIn(job.target.locale).seconds(durationMs.render)],
  );
  return {
    color: EMBED_COLOR,
    description: descriptionOf(job, files),
    fields: fields.map(([name, value]) => ({ name, value, inline: true })),
    image: { url: `attachment://${pictureName}` },
  };
}

/** Of a sound: which part of which file, and how fast it was found to be. */
function originText({ request, target }: Job, from: Origin<RiffRequest>): string {
  const text = remixTexts[target.locale];
  const cut = uploadOf(request)?.cutFrom;
  if (!cut) return riffCardTexts[target.locale].origins[originKind(from)];
  const place = text.cutFrom(cut.startSeconds, quotedText(cut.name, FILE_NAME_SHOWN));
  const bpm = from.kind === 'remix' && 'sound' in from.of ? from.of.sound.bpm : null;
  return bpm === null ? place : `${place} · ${text.aboutBpm(bpm)}`;
}

function originKind(from: Origin<RiffRequest>): keyof CardTexts['origins'] {
  if (from.kind !== 'remix') return from.kind;
  return 'riff' in from.of ? 'riff' : 'sound';
}

/** Warnings first: they say how much of the prompt is in the music at all. */
function descriptionOf(job: Job, { recipe, warnings }: RiffFiles): string {
  const text = riffCardTexts[job.target.locale];
  const notes = warnings.map((warning) => noticeText(warning, job.target.locale));
  const lines =
    warnings.length === 0 ? [] : [`**${text.note}** ${quotedText(notes.join(' '), WARNINGS_LENGTH)}`];
  lines.push(`**${text.prompt}** ${quotedText(recipe.prompt, TEXT_LENGTH)}`);
  if (recipe.negativePrompt !== '')
    lines.push(`**${text.without}** ${quotedText(recipe.negativePrompt, TEXT_LENGTH)}`);
  return [...lines, requesterText(job, job.target.locale)].join('\n');
}

/** After *Again* nothing else on the message names the requester. A mention in an embed pings nobody. */
export function requesterText(
  { userId, guildId }: Pick<Job, 'userId' | 'guildId'>,
  language: Language,
): string {
  const text = riffCardTexts[language];
  const mayDelete = guildId === null ? '' : ` · ${text.mayDelete}`;
  return `**${text.askedBy}** ${userMention(userId)}${mayDelete}`;
}
