import type { Interaction } from 'discord.js';
import type { BotParts } from '../../src/discord/command.ts';
import { recordAct } from '../../src/discord/record-act.ts';
import { guildLimits } from '../../src/queue/admission.ts';
import type { GuildSettings } from '../../src/queue/guild-settings.ts';
import { changesBetween, settingsText } from './describe.ts';

export const LOG_UNWRITABLE =
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
