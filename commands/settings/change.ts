import type { Interaction } from 'discord.js';
import type { BotParts } from '../../src/discord/command.ts';
import { confirmation, requireFresh, settle } from '../../src/discord/confirmation.ts';
import { requireManager } from '../../src/discord/permissions.ts';
import { recordAct } from '../../src/discord/record-act.ts';
import type { ComponentInteraction, PrivateAnswer } from '../../src/discord/reply.ts';
import { guildLimits } from '../../src/queue/admission.ts';
import { DEFAULT_GUILD_SETTINGS, type GuildSettings } from '../../src/queue/guild-settings.ts';
import { counted } from '../../src/wording.ts';
import { changesBetween, settingsText } from './describe.ts';

const LOG_UNWRITABLE =
  '⚠ I could not write this to the mod log: I need View Channel and Send Messages there.';

/** Applies and records the change; resolves with all settings, the changed ones first. */
export async function applyChange(
  { user }: Interaction,
  guildId: string,
  change: Partial<GuildSettings>,
  bot: BotParts,
): Promise<string> {
  const before = await bot.guildSettings.get(guildId);
  const after = { ...before, ...change };
  const changes = changesBetween(before, after);
  const heads: string[] = [];
  if (Object.keys(change).length > 0)
    heads.push(`**Changed:** ${changes.join('; ') || 'nothing, it was already set'}`);
  if (changes.length > 0) {
    await bot.guildSettings.update(guildId, change);
    const act = { guildId, actorId: user.id, action: 'settings', detail: changes.join('; ') } as const;
    // A change of the mod log is also posted in the old channel, so that it cannot be moved unnoticed.
    const channels = [before.modLogChannelId, after.modLogChannelId].filter((id) => id !== null);
    if (!(await recordAct(bot, act, [...new Set(channels)]))) heads.push(LOG_UNWRITABLE);
  }
  return settingsText(after, guildLimits(bot.limits, after), guildId, heads.join('\n'));
}

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
