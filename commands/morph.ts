import {
  ApplicationCommandOptionType,
  type Attachment,
  type AutocompleteInteraction,
  type ChatInputCommandInteraction,
  PermissionFlagsBits,
} from 'discord.js';
import { riffShownBy } from '../src/discord/buttons.ts';
import { MAX_CHOICES, namedChoices, promptChoices } from '../src/discord/choices.ts';
import {
  ANYWHERE,
  type BotParts,
  type Choice,
  type Command,
  type CommandDefinition,
} from '../src/discord/command.ts';
import { localized } from '../src/discord/localized.ts';
import { chosenOptions, numberOption, textOption, wholeNumberOption } from '../src/discord/options.ts';
import { findJob } from '../src/discord/permissions.ts';
import { submitRiff } from '../src/discord/submit-riff.ts';
import { UserError } from '../src/errors.ts';
import { inLocale, languageOf } from '../src/messages/languages.ts';
import { morphTexts } from '../src/messages/morph.ts';
import { optionName } from '../src/messages/option-names.ts';
import { riffTexts } from '../src/messages/riff.ts';
import type { Job } from '../src/queue/job.ts';
import { type MorphEnd, morphed, type Parent } from '../src/riff/follow-up.ts';
import { REQUEST_LIMITS } from '../src/riff/request.ts';
import { parentOf } from './piece-buttons.ts';

/** Prefix of a suggestion's value that names one of the user's own riffs. */
const OWN_RIFF = 'riff:';
const OWN_SHOWN = 10;
const MESSAGE_LINK = /^https:\/\/(?:\w+\.)?discord(?:app)?\.com\/channels\/(?:@me|\d+)\/(\d+)\/(\d+)$/;

const { promptLength, negativePromptLength, lengthSeconds, bpm, seed } = REQUEST_LIMITS;

const definition = {
  ...ANYWHERE,
  ...localized(morphTexts, 'command'),
  options: [
    textOption(localized(morphTexts, 'from'), promptLength),
    textOption(localized(morphTexts, 'to'), promptLength),
    numberOption(localized(morphTexts, 'length'), lengthSeconds),
    textOption(localized(riffTexts, 'negative'), negativePromptLength),
    numberOption(localized(riffTexts, 'bpm'), bpm),
    wholeNumberOption(localized(riffTexts, 'seed'), seed),
    { type: ApplicationCommandOptionType.Attachment, ...localized(morphTexts, 'fromFile') },
    { type: ApplicationCommandOptionType.Attachment, ...localized(morphTexts, 'toFile') },
  ],
} satisfies CommandDefinition;

export const morph: Command = { definition, run, autocomplete: endChoices };

async function run(interaction: ChatInputCommandInteraction, bot: BotParts): Promise<void> {
  const { negativePrompt = '', lengthSeconds, bpm, ...chosen } = chosenOptions(interaction);
  await submitRiff(
    interaction,
    async ({ grid, freshSeed, complete }) => {
      const { seed = freshSeed } = chosen;
      // The words of a riff are its own, with what it keeps out.
      const completed = (end: TypedEnd): MorphEnd =>
        'words' in end ? { words: complete({ prompt: end.words, negativePrompt, seed }) } : end;
      const from = completed(await readEnd('from', interaction, bot));
      const to = completed(await readEnd('to', interaction, bot));
      return morphed([from, to], { lengthSeconds, bpm, seed }, grid);
    },
    null,
    bot,
  );
}

/** One end of a morph, as it was typed. */
type TypedEnd = { readonly words: string } | Parent;

/** Suggests the user's own riffs and completions of the words. */
async function endChoices(interaction: AutocompleteInteraction, bot: BotParts): Promise<readonly Choice[]> {
  const { name, value } = interaction.options.getFocused(true);
  const completed = await promptChoices(interaction, bot);
  if (name === 'negative') return completed;
  const { yourRiff } = inLocale(morphTexts, interaction.locale);
  const jobs = await bot.history.recentRiffs(interaction.user.id, OWN_SHOWN);
  const own = jobs.map(({ id, request }) => ({ name: yourRiff(request.prompt), value: `${OWN_RIFF}${id}` }));
  return [...namedChoices(own, value), ...completed].slice(0, MAX_CHOICES);
}

/** Throws UserError if there is no such riff that this user can see. */
async function readEnd(
  name: 'from' | 'to',
  interaction: ChatInputCommandInteraction,
  bot: BotParts,
): Promise<TypedEnd> {
  const { options, locale } = interaction;
  const texts = inLocale(morphTexts, locale);
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
  throw new UserError(inLocale(morphTexts, locale).noRecipe(optionName(name, languageOf(locale))));
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
