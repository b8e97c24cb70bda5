import type { ChatInputCommandInteraction, Interaction } from 'discord.js';
import { createRandom } from '../src/audio/random.ts';
import { ANYWHERE, type BotParts, type Command, type CommandDefinition } from '../src/discord/command.ts';
import { localized } from '../src/discord/localized.ts';
import type { ComponentInteraction } from '../src/discord/reply.ts';
import { submitRiff } from '../src/discord/submit-riff.ts';
import { UserError } from '../src/errors.ts';
import { inLocale } from '../src/messages/languages.ts';
import { riffTexts } from '../src/messages/riff.ts';
import { findBlockedPattern } from '../src/riff/blocked-words.ts';
import { composePrompt } from '../src/riff/compose-prompt.ts';
import { BUILT_IN_PRESETS } from '../src/riff/preset.ts';

const definition = {
  ...ANYWHERE,
  ...localized(riffTexts, 'surprise'),
} satisfies CommandDefinition;

export const surprise: Command = {
  definition,
  run: surpriseMe,
  components: { surprise: (interaction, _subject, bot) => surpriseMe(interaction, bot) },
};

/** Used for a model that lists no words. */
const OTHER_PROMPTS = BUILT_IN_PRESETS.flatMap(({ preset }) => preset.prompt ?? []);
/** The most draws until one has no word that the server has blocked. */
const MOST_DRAWS = 50;

async function surpriseMe(
  interaction: ChatInputCommandInteraction | ComponentInteraction,
  bot: BotParts,
): Promise<void> {
  await submitRiff(interaction, () => drawPrompt(interaction, bot), null, bot);
}

async function drawPrompt(
  { guildId, locale }: Interaction,
  { engineDescription, guildSettings, newSeed }: BotParts,
): Promise<{ readonly prompt: string }> {
  const { blockedWords } = await guildSettings.get(guildId);
  const random = createRandom(newSeed());
  for (let draw = 0; draw < MOST_DRAWS; draw++) {
    const composed = composePrompt(engineDescription.promptWords, random);
    const prompt = composed ?? OTHER_PROMPTS[Math.floor(random() * OTHER_PROMPTS.length)] ?? '';
    if (findBlockedPattern([prompt], blockedWords) === null) return { prompt };
  }
  throw new UserError(inLocale(riffTexts, locale).tooManyBlocked);
}
