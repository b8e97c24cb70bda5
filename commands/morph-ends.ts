import {
  type Attachment,
  type AutocompleteInteraction,
  type ChatInputCommandInteraction,
  PermissionFlagsBits,
} from 'discord.js';
import { riffShownBy } from '../src/discord/buttons.ts';
import { MAX_CHOICES, namedChoices, promptChoices } from '../src/discord/choices.ts';
import type { BotParts, Choice } from '../src/discord/command.ts';
import { findJob } from '../src/discord/permissions.ts';
import { UserError } from '../src/errors.ts';
import { inLocale, languageOf } from '../src/messages/languages.ts';
import { morphEndTexts } from '../src/messages/morph-ends.ts';
import { optionName } from '../src/messages/option-names.ts';
import type { Job } from '../src/queue/job.ts';
import type { Parent } from '../src/riff/follow-up.ts';
import { parentOf } from './piece-buttons.ts';

/** One end of a morph, as it was typed. */
export type TypedEnd = { readonly words: string } | Parent;

/** Prefix of a suggestion's value that names one of the user's own riffs. */
const OWN_RIFF = 'riff:';
const OWN_SHOWN = 10;
const MESSAGE_LINK = /^https:\/\/(?:\w+\.)?discord(?:app)?\.com\/channels\/(?:@me|\d+)\/(\d+)\/(\d+)$/;

/** Suggests the user's own riffs and completions of the words. */
export async function endChoices(
  interaction: AutocompleteInteraction,
  bot: BotParts,
): Promise<readonly Choice[]> {
  const { name, value } = interaction.options.getFocused(true);
  const completed = await promptChoices(interaction, bot);
  if (name === 'negative') return completed;
  const { yourRiff } = inLocale(morphEndTexts, interaction.locale);
  const jobs = await bot.history.recentRiffs(interaction.user.id, OWN_SHOWN);
  const own = jobs.map(({ id, request }) => ({ name: yourRiff(request.prompt), value: `${OWN_RIFF}${id}` }));
  return [...namedChoices(own, value), ...completed].slice(0, MAX_CHOICES);
}

/** Throws UserError if there is no such riff that this user can see. */
export async function readEnd(
  name: 'from' | 'to',
  interaction: ChatInputCommandInteraction,
  bot: BotParts,
): Promise<TypedEnd> {
  const { options, locale } = interaction;
  const texts = inLocale(morphEndTexts, locale);
  const shown = optionName(name, languageOf(locale));
  const file = options.getAttachment(`${name}_file`);
  if (file) return await riffOfFile(file, `${name}_file`, locale, bot);
  const text = options.getString(name)?.trim() ?? '';
  if (text === '') throw new UserError(texts.nothing(shown));
  const link = MESSAGE_LINK.exec(text);
  if (!link && !text.startsWith(OWN_RIFF)) return { words: text };
  const [, channelId = '', messageId = ''] = link ?? [];
  const job = link
    ? await linkedJob(channelId, messageId, interaction, bot)
    : await ownJob(text.slice(OWN_RIFF.length), interaction, bot);
  if (job?.state.kind !== 'done') throw new UserError(texts.noRiff(shown));
  return parentOf(job, locale);
}

async function riffOfFile(file: Attachment, name: string, locale: string, bot: BotParts): Promise<Parent> {
  const riff = await bot.attachments.riffIn(name, file);
  if (riff) return { riff };
  throw new UserError(inLocale(morphEndTexts, locale).noRecipe(optionName(name, languageOf(locale))));
}

async function ownJob(
  jobId: string,
  { user }: ChatInputCommandInteraction,
  bot: BotParts,
): Promise<Job | null> {
  const job = await bot.queue.get(jobId);
  return job?.userId === user.id ? job : null;
}

/** The riff that a message of the bot shows, in this server or DM and in a channel that the user may read. */
async function linkedJob(
  channelId: string,
  messageId: string,
  interaction: ChatInputCommandInteraction,
  bot: BotParts,
): Promise<Job | null> {
  if (!maySee(channelId, interaction)) return null;
  const message = await bot.messages.read(channelId, messageId);
  const isOwn = message?.author.id === interaction.applicationId;
  const jobId = isOwn ? riffShownBy(message.components ?? []) : null;
  return jobId === null ? null : findJob(interaction, jobId, bot);
}

function maySee(channelId: string, interaction: ChatInputCommandInteraction): boolean {
  if (channelId === interaction.channelId) return true;
  if (!interaction.inCachedGuild()) return false;
  const channel = interaction.guild.channels.cache.get(channelId);
  const { ViewChannel, ReadMessageHistory } = PermissionFlagsBits;
  return channel?.permissionsFor(interaction.member).has([ViewChannel, ReadMessageHistory]) ?? false;
}
