import type { Interaction } from 'discord.js';
import type { BotParts } from '../../src/discord/command.ts';
import { recordAct } from '../../src/discord/record-act.ts';
import type { GuildSettings } from '../../src/queue/guild-settings.ts';
import { changesBetween, settingsText } from './describe.ts';

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
  if (changes.length > 0) {
    bot.guildSettings.update(guildId, change);
    const act = { guildId, actorId: user.id, action: 'settings', detail: changes.join('; ') } as const;
    // Taking the mod log away is told where it was.
    await recordAct(bot, act, before.modLogChannelId ?? after.modLogChannelId);
  }
  const isAsked = Object.keys(change).length > 0;
  const head = isAsked ? `**Changed:** ${changes.join('; ') || 'nothing, it was so already'}` : '';
  return settingsText(after, bot.limitsFor(guildId), guildId, head);
}
