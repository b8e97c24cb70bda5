import {
  ApplicationCommandOptionType,
  type AutocompleteInteraction,
  type ChatInputCommandInteraction,
  MessageFlags,
} from 'discord.js';
import { promptChoices } from '../src/discord/choices.ts';
import {
  ANYWHERE,
  type BotParts,
  type Choice,
  type Command,
  type CommandDefinition,
} from '../src/discord/command.ts';
import { localized } from '../src/discord/localized.ts';
import { chosenOptions, OTHER_OPTIONS, textOption } from '../src/discord/options.ts';
import { requireModerator } from '../src/discord/permissions.ts';
import { recordAct } from '../src/discord/record-act.ts';
import { answerPrivately } from '../src/discord/reply.ts';
import { chosenAct, subcommand } from '../src/discord/subcommands.ts';
import { submitRiff } from '../src/discord/submit-riff.ts';
import { fittedLines, quotedText } from '../src/discord/text.ts';
import { UserError } from '../src/errors.ts';
import { inLocale } from '../src/messages/languages.ts';
import { presetTexts } from '../src/messages/preset.ts';
import { queueTexts } from '../src/messages/queue.ts';
import { riffTexts } from '../src/messages/riff.ts';
import type { PresetOwner } from '../src/queue/ports.ts';
import { findBlockedPattern } from '../src/riff/blocked-words.ts';
import { type NamedPreset, type Preset, parsePreset, parsePresetName } from '../src/riff/preset.ts';
import { REQUEST_LIMITS } from '../src/riff/request.ts';
import {
  type FoundPreset,
  ownersChoices,
  presetChoices,
  presetOption,
  presetsFor,
  presetText,
  requirePreset,
  shownName,
} from './found-presets.ts';

/** The most presets of a user and of a server. */
export const MOST_PRESETS = { user: 25, guild: 50 } as const;

const SHOWN_OPTIONS_LENGTH = 300;

const nameOption = { ...presetOption(localized(presetTexts, 'name')), required: true };
const promptOption = textOption(localized(riffTexts, 'prompt'), REQUEST_LIMITS.promptLength);
const serverOption = {
  ...localized(presetTexts, 'server'),
  type: ApplicationCommandOptionType.Boolean as const,
};

const use = subcommand(localized(presetTexts, 'use'), usePreset, nameOption);
const OTHER_VERBS = [
  subcommand(localized(presetTexts, 'save'), save, nameOption, promptOption, ...OTHER_OPTIONS, serverOption),
  subcommand(localized(presetTexts, 'list'), list),
  subcommand(localized(presetTexts, 'remove'), remove, nameOption, serverOption),
];

const definition = {
  ...ANYWHERE,
  ...localized(presetTexts, 'command'),
  options: [use, ...OTHER_VERBS].map((verb) => verb.definition),
} satisfies CommandDefinition;

export const preset: Command = { definition, run, autocomplete };

async function run(interaction: ChatInputCommandInteraction, bot: BotParts): Promise<void> {
  if (interaction.options.getSubcommand() === use.definition.name) return use.act(interaction, bot);
  await interaction.deferReply({ flags: MessageFlags.Ephemeral });
  await answerPrivately(interaction, await chosenAct(interaction, OTHER_VERBS)(interaction, bot));
}

async function list(interaction: ChatInputCommandInteraction, bot: BotParts): Promise<string> {
  const { locale } = interaction;
  return fittedLines(
    presetLines(await presetsFor(interaction, bot), locale),
    inLocale(queueTexts, locale).more,
  );
}

function presetLines(presets: readonly FoundPreset[], locale: string): readonly string[] {
  return Object.entries(inLocale(presetTexts, locale).headings).flatMap(([from, heading]) => {
    const ofOwner = presets.filter((preset) => preset.from === from);
    const lines = ofOwner.map(
      ({ name, preset }) => `- **${shownName(name)}**: ${quotedText(presetText(preset, locale), 120)}`,
    );
    return lines.length === 0 ? [] : [`**${heading}**`, ...lines];
  });
}

/** Does the same as /riff with all options of the preset. */
async function usePreset(interaction: ChatInputCommandInteraction, bot: BotParts): Promise<void> {
  const requestOf = async () => {
    const typed = interaction.options.getString('name', true);
    const preset = await requirePreset(interaction, typed, bot);
    if (preset.prompt !== undefined) return preset;
    const text = inLocale(presetTexts, interaction.locale);
    throw new UserError(text.wordless(shownName(typed), bot.mention('riff')));
  };
  await submitRiff(interaction, requestOf, null, bot);
}

async function save(interaction: ChatInputCommandInteraction, bot: BotParts): Promise<string> {
  const owner = ownerOf(interaction, bot);
  const name = parsePresetName(interaction.options.getString('name', true));
  const preset = parsePreset(await wantedPreset(interaction, bot));
  const text = inLocale(presetTexts, interaction.locale);
  const shown = presetText(preset, interaction.locale);
  // A negative prompt of nothing is an option, and none to save.
  if (shown === '') throw new UserError(text.nothingToSave);
  await requireAllowed(interaction, { name, preset }, bot);
  const most = MOST_PRESETS[owner.kind];
  const result = await bot.presets.save(owner, { name, preset }, most);
  if (result === 'full')
    throw new UserError(owner.kind === 'guild' ? text.serverHasMost(most) : text.youHaveMost(most));
  await recordServers('preset save', owner, name, interaction, bot);
  const options = quotedText(shown, SHOWN_OPTIONS_LENGTH);
  const how =
    preset.prompt === undefined
      ? text.howToChoose(bot.mention('riff'))
      : text.howToUse(bot.mention('preset use'));
  return `${text.saved(shownName(name), options)} ${how}`;
}

async function remove(interaction: ChatInputCommandInteraction, bot: BotParts): Promise<string> {
  const owner = ownerOf(interaction, bot);
  const name = parsePresetName(interaction.options.getString('name', true));
  const text = inLocale(presetTexts, interaction.locale);
  if (!(await bot.presets.remove(owner, name))) throw new UserError(text.unknown(shownName(name)));
  await recordServers('preset remove', owner, name, interaction, bot);
  return text.removed(shownName(name));
}

/** Throws UserError if the user chose the server and may not moderate it. */
function ownerOf(interaction: ChatInputCommandInteraction, bot: BotParts): PresetOwner {
  const isServers = interaction.options.getBoolean('server') ?? false;
  if (isServers) return { kind: 'guild', guildId: requireModerator(interaction, bot) };
  return { kind: 'user', userId: interaction.user.id };
}

/** The options that were named, else those of the newest riff: all but the seed, which would make it the same again. */
async function wantedPreset(
  interaction: ChatInputCommandInteraction,
  { history }: BotParts,
): Promise<Preset> {
  const options = chosenOptions(interaction);
  if (Object.keys(options).length > 0) return options;
  const [newest] = await history.recentRequests(interaction.user.id, 1);
  if (!newest) throw new UserError(inLocale(presetTexts, interaction.locale).nothingToSave);
  const { seed: _, variations: __, from: ___, ...preset } = newest;
  return preset;
}

async function requireAllowed(
  { guildId, locale }: ChatInputCommandInteraction,
  { name, preset }: NamedPreset,
  { guildSettings }: BotParts,
): Promise<void> {
  const { blockedWords } = await guildSettings.get(guildId);
  const texts = [name, preset.prompt ?? '', preset.negativePrompt ?? ''];
  if (findBlockedPattern(texts, blockedWords) !== null)
    throw new UserError(inLocale(presetTexts, locale).blockedWord);
}

async function recordServers(
  action: 'preset save' | 'preset remove',
  owner: PresetOwner,
  name: string,
  { user, guildLocale }: ChatInputCommandInteraction,
  bot: BotParts,
): Promise<void> {
  if (owner.kind !== 'guild') return;
  const act = { guildId: owner.guildId, guildLocale, actorId: user.id, action };
  await recordAct(bot, { ...act, detail: quotedText(name, 100) });
}

/** Suggests presets for `name` (for /preset use all, otherwise those of the chosen owner) and words for prompts. */
async function autocomplete(interaction: AutocompleteInteraction, bot: BotParts): Promise<readonly Choice[]> {
  const { options, guildId, user } = interaction;
  if (options.getFocused(true).name !== 'name') return promptChoices(interaction, bot);
  if (options.getSubcommand() === use.definition.name) return presetChoices(interaction, bot);
  const isServers = options.getBoolean('server') ?? false;
  if (isServers && guildId !== null) return ownersChoices(interaction, { kind: 'guild', guildId }, bot);
  return ownersChoices(interaction, { kind: 'user', userId: user.id }, bot);
}
