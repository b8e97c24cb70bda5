import type { BotParts, ComponentInteraction } from '../../src/discord/command.ts';
import { confirmation, requireFresh, settle } from '../../src/discord/confirmation.ts';
import { requireManager } from '../../src/discord/permissions.ts';
import type { PrivateAnswer } from '../../src/discord/reply.ts';
import { DEFAULT_GUILD_SETTINGS } from '../../src/queue/guild-settings.ts';
import { counted } from '../../src/wording.ts';
import { applyChange } from './apply-change.ts';
import { changesBetween } from './describe.ts';

export const NOTHING_TO_RESET = 'This server has no settings of its own.';

/** Asks for confirmation, because a reset cannot be undone. */
export async function askToReset(guildId: string, bot: BotParts): Promise<string | PrivateAnswer> {
  const changes = changesBetween(await bot.guildSettings.get(guildId), DEFAULT_GUILD_SETTINGS);
  if (changes.length === 0) return NOTHING_TO_RESET;
  const text = `Reset the settings of this server? This cannot be undone.\n${changes.map((change) => `- ${change}`).join('\n')}`;
  const label = `Reset ${counted(changes.length, 'setting')}`;
  return confirmation({ action: 'reset', text, label }, bot.clock.now());
}

export async function resetConfirmed(
  interaction: ComponentInteraction,
  askedAt: string,
  bot: BotParts,
): Promise<void> {
  const guildId = requireManager(interaction, bot);
  requireFresh(askedAt, 'settings reset', bot);
  await interaction.deferUpdate();
  const text = await applyChange(interaction, guildId, DEFAULT_GUILD_SETTINGS, bot);
  await bot.guildSettings.reset(guildId);
  await settle(interaction, text);
}
