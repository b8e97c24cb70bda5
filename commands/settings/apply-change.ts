import type { Interaction } from 'discord.js';
import type { BotParts } from '../../src/discord/command.ts';
import { recordAct } from '../../src/discord/record-act.ts';
import type { GuildSettings } from '../../src/queue/guild-settings.ts';
import { changesBetween, settingsText } from './describe.ts';

export const LOG_UNWRITABLE =
  '⚠ I could not write this to the mod log: I need View Channel and Send Messages there.';

/** Sets, records and tells what really changes; resolves with all settings as they are then. */
export async function applyChange(
  { user }: Interaction,
  guildId: string,
  change: Partial<GuildSettings>,
  bot: BotParts,
): Promise<string> {
  const before = bot.guildSettings.get(guildId);
  const after = { ...before, ...change };
  const changes = changesBetween(before, after);
  const heads: string[] = [];
  if (Object.keys(change).length > 0)
    heads.push(`**Changed:** ${changes.join('; ') || 'nothing, it was so already'}`);
  if (changes.length > 0) {
    bot.guildSettings.update(guildId, change);
    const act = { guildId, actorId: user.id, action: 'settings', detail: changes.join('; ') } as const;
    // A mod log that moves is told where it was, too: nobody takes it away unseen.
    const channels = [before.modLogChannelId, after.modLogChannelId].filter((id) => id !== null);
    if (!(await recordAct(bot, act, [...new Set(channels)]))) heads.push(LOG_UNWRITABLE);
  }
  return settingsText(after, bot.limitsFor(guildId), guildId, heads.join('\n'));
}
