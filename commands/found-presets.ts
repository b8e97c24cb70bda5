import {
  ApplicationCommandOptionType,
  type AutocompleteInteraction,
  type ChatInputCommandInteraction,
  type Interaction,
} from 'discord.js';
import { namedChoices } from '../src/discord/choices.ts';
import type { BotParts, Choice } from '../src/discord/command.ts';
import type { LocalizedWords } from '../src/discord/localized.ts';
import { shownOptions } from '../src/discord/options.ts';
import { quotedText } from '../src/discord/text.ts';
import { UserError } from '../src/errors.ts';
import { inLocale, languageOf } from '../src/messages/languages.ts';
import { presetTexts } from '../src/messages/preset.ts';
import type { PresetOwner } from '../src/queue/ports.ts';
import {
  BUILT_IN_PRESETS,
  type NamedPreset,
  PRESET_NAME_LENGTH,
  type Preset,
  parsePresetName,
} from '../src/riff/preset.ts';

const NAME_LENGTH = 64;

/** A preset with its owner. */
export interface FoundPreset extends NamedPreset {
  readonly from: keyof (typeof presetTexts)['en']['owners'];
}

export function presetOption(words: LocalizedWords) {
  return {
    ...words,
    type: ApplicationCommandOptionType.String as const,
    // Repeated spaces are removed later.
    max_length: 2 * PRESET_NAME_LENGTH.max,
    autocomplete: true as const,
  };
}

/** The user's own, the server's and the built-in ones; of two with the same name the first. */
export async function presetsFor(
  { user, guildId, locale }: Pick<Interaction, 'user' | 'guildId' | 'locale'>,
  { presets }: BotParts,
): Promise<readonly FoundPreset[]> {
  const [own, servers] = await Promise.all([
    presets.list({ kind: 'user', userId: user.id }),
    guildId === null ? [] : presets.list({ kind: 'guild', guildId }),
  ]);
  const all: FoundPreset[] = [
    ...own.map((preset) => ({ ...preset, from: 'yours' as const })),
    ...servers.map((preset) => ({ ...preset, from: 'server' as const })),
    ...builtInPresets(locale),
  ];
  return all.filter(({ name }, index) => all.findIndex((other) => other.name === name) === index);
}

function builtInPresets(locale: string): readonly FoundPreset[] {
  const { builtInNames } = inLocale(presetTexts, locale);
  return BUILT_IN_PRESETS.map(({ name, preset }) => ({ name: builtInNames[name], preset, from: 'builtIn' }));
}

/** Finds a built-in preset by its English name as well. Throws UserError if no preset has the name. */
export async function requirePreset(
  interaction: ChatInputCommandInteraction,
  typed: string,
  bot: BotParts,
): Promise<Preset> {
  const name = parsePresetName(typed);
  const presets = [...(await presetsFor(interaction, bot)), ...BUILT_IN_PRESETS];
  const found = presets.find((preset) => preset.name === name);
  if (found) return found.preset;
  throw new UserError(
    inLocale(presetTexts, interaction.locale).notFound(shownName(name), bot.mention('preset save')),
  );
}

export async function presetChoices(
  interaction: AutocompleteInteraction,
  bot: BotParts,
): Promise<readonly Choice[]> {
  return choicesAmong(await presetsFor(interaction, bot), interaction);
}

/** Of one owner alone. */
export async function ownersChoices(
  interaction: AutocompleteInteraction,
  owner: PresetOwner,
  { presets }: BotParts,
): Promise<readonly Choice[]> {
  return choicesAmong(await presets.list(owner), interaction);
}

function choicesAmong(
  presets: readonly (NamedPreset & Partial<FoundPreset>)[],
  { options, locale }: AutocompleteInteraction,
): readonly Choice[] {
  const { owners } = inLocale(presetTexts, locale);
  const named = presets.map(({ name, preset, from }) => ({
    name: `${name}${from ? ` (${owners[from]})` : ''}: ${presetText(preset, locale)}`,
    value: name,
  }));
  return namedChoices(named, options.getFocused());
}

/** The contents of a preset on one line, not escaped: its prompt, then each option under its name in the command. */
export function presetText(preset: Preset, locale: string): string {
  const options = shownOptions(preset, languageOf(locale)).map(({ name, value }) =>
    value === undefined ? name : `${name}: ${value}`,
  );
  return [...(preset.prompt === undefined ? [] : [preset.prompt]), ...options].join(' · ');
}

export function shownName(name: string): string {
  return quotedText(name, NAME_LENGTH);
}
