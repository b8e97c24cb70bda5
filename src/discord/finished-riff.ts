import { type APIEmbed, userMention } from 'discord.js';
import { type CompressedSound, compressSound } from '../audio/compress-sound.ts';
import type { Language } from '../messages/languages.ts';
import { noticeText } from '../messages/notices.ts';
import { remixTexts } from '../messages/remix.ts';
import { riffCardTexts } from '../messages/riff-card.ts';
import { soundTexts } from '../messages/sound.ts';
import { wordingIn } from '../messages/wording.ts';
import type { Job } from '../queue/job.ts';
import type { ResultStore } from '../queue/ports.ts';
import { RESULT_FILES, type RiffFiles } from '../riff/engine.ts';
import { type Origin, uploadOf } from '../riff/origin.ts';
import type { RiffRequest } from '../riff/request.ts';
import { finishedButtons } from './buttons.ts';
import type { AttachedFile, MessageContent } from './message-api.ts';
import { shownOptions } from './options.ts';
import { capitalized, plainText, quotedText, riffFileName } from './text.ts';

const FILE_NAME_SHOWN = 100;
const ALT_TEXT_LENGTH = 1024;
/** Prompt, negative prompt, warnings and labels share an embed description of 4,096 characters. */
const TEXT_LENGTH = 1600;
const WARNINGS_LENGTH = 700;
const EMBED_COLOR = 0x7a5cff;
/** The value of a switch. */
const ON = '✓';
const OGG = { extension: 'ogg', contentType: 'audio/ogg' } as const;

export interface FinishedOptions {
  readonly content?: string;
  /** A larger WAV is sent as Ogg Opus; by default what the channel takes. */
  readonly maxSoundBytes?: number;
}

/**
 * The answer with its files: the poster where there is one, in the embed, the picture and the sound; null: they are gone.
 * Rejects where they cannot be read.
 */
export async function finishedRiff(
  job: Job,
  files: RiffFiles,
  results: Pick<ResultStore, 'read'>,
  { content = '', maxSoundBytes = job.target.maxFileBytes }: FinishedOptions = {},
): Promise<MessageContent | null> {
  const language = job.target.locale;
  const bytes = await results.read(job.id, files);
  if (bytes === null) return null;
  const { file: sound, isOgg } = await soundOf(bytes.wav, files, maxSoundBytes, language);
  const pictures = picturesOf(bytes, files, language);
  const notes = isOgg ? [soundTexts[language].asOgg(files.wav.bytes)] : [];
  const noted = { ...files, warnings: [...files.warnings, ...notes] };
  return {
    content,
    embeds: [embedOf(job, noted, pictures[0]?.name ?? '')],
    components: finishedButtons(job.id, language),
    files: [...pictures, sound],
  };
}

/** The poster, where there is one, and the picture. */
function picturesOf(
  bytes: NonNullable<Awaited<ReturnType<ResultStore['read']>>>,
  { recipe, durationMs }: RiffFiles,
  language: Language,
): readonly AttachedFile[] {
  const about = riffCardTexts[language].picture(
    wordingIn(language).seconds(durationMs.sound),
    recipe.seed,
    '',
  );
  const description = about + plainText(recipe.prompt, ALT_TEXT_LENGTH - about.length);
  return (['poster', 'picture'] as const).flatMap((kind) => {
    const data = bytes[kind];
    const { extension, contentType } = RESULT_FILES[kind];
    const name = riffFileName(recipe.prompt, recipe.seed, extension);
    return data ? [{ name, data: Buffer.from(data), contentType, description }] : [];
  });
}

/** The WAV, or Ogg Opus where it has more than `maxBytes`. One that cannot be compressed is sent all the same: Discord decides. */
async function soundOf(
  wav: Uint8Array,
  files: RiffFiles,
  maxBytes: number,
  language: Language,
): Promise<{ readonly file: AttachedFile; readonly isOgg: boolean }> {
  const compressed = wav.byteLength <= maxBytes ? null : await compressSound(wav).catch(() => null);
  const file = compressed
    ? oggFile(compressed, files, language)
    : soundFile(wav, files, RESULT_FILES.wav, language);
  return { file, isOgg: compressed !== null };
}

/** `language`: of its alt text. */
export function oggFile({ ogg }: CompressedSound, files: RiffFiles, language: Language): AttachedFile {
  return soundFile(ogg, files, OGG, language);
}

function soundFile(
  bytes: Uint8Array,
  { recipe, durationMs }: RiffFiles,
  { extension, contentType }: { readonly extension: string; readonly contentType: string },
  language: Language,
): AttachedFile {
  return {
    name: riffFileName(recipe.prompt, recipe.seed, extension),
    data: Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength),
    contentType,
    description: riffCardTexts[language].sound(wordingIn(language).seconds(durationMs.sound)),
  };
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

function originKind(from: Origin<RiffRequest>): keyof (typeof riffCardTexts)['en']['origins'] {
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
