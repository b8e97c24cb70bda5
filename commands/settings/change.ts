import type { Interaction } from 'discord.js';
import type { BotParts } from '../../src/discord/command.ts';
import { confirmation, requireFresh, settle } from '../../src/discord/confirmation.ts';
import { requireManager } from '../../src/discord/permissions.ts';
import { recordAct } from '../../src/discord/record-act.ts';
import type { ComponentInteraction, PrivateAnswer } from '../../src/discord/reply.ts';
import { inLocale } from '../../src/messages/languages.ts';
import { settingsTexts } from '../../src/messages/settings.ts';
import { guildLimits } from '../../src/queue/admission.ts';
import { DEFAULT_GUILD_SETTINGS, type GuildSettings } from '../../src/queue/guild-settings.ts';
import { changesBetween, settingsText } from './describe.ts';

/** Applies and records the change; resolves with all settings, the changed ones first. */
export async function applyChange(
  { user, locale, guildLocale }: Interaction,
  guildId: string,
  change: Partial<GuildSettings>,
  bot: BotParts,
): Promise<string> {
  const before = await bot.guildSettings.get(guildId);
  const after = { ...before, ...change };
  const text = inLocale(settingsTexts, locale);
  const changes = changesBetween(before, after, locale);
  const heads: string[] = [];
  if (Object.keys(change).length > 0) heads.push(text.changed(changes.join('; ') || text.nothingChanged));
  if (changes.length > 0) {
    await bot.guildSettings.update(guildId, change);
    const detail = changesBetween(before, after, guildLocale).join('; ');
    const act = { guildId, guildLocale, actorId: user.id, action: 'settings', detail } as const;
    // A change of the mod log is also posted in the old channel, so that it cannot be moved unnoticed.
    const channels = [before.modLogChannelId, after.modLogChannelId].filter((id) => id !== null);
    if (!(await recordAct(bot, act, [...new Set(channels)]))) heads.push(text.logUnwritable);
  }
  return settingsText(after, guildLimits(bot.limits, after), locale, heads.join('\n'));
}

/** Asks for confirmation, because a reset cannot be undone. */
export async function askToReset(
  { locale }: Interaction,
  guildId: string,
  bot: BotParts,
): Promise<string | PrivateAnswer> {
  const text = inLocale(settingsTexts, locale);
  const changes = changesBetween(await bot.guildSettings.get(guildId), DEFAULT_GUILD_SETTINGS, locale);
  if (changes.length === 0) return text.nothingToReset;
  const question = [text.askToReset, ...changes.map((change) => `- ${change}`)].join('\n');
  const label = text.resetLabel(changes.length);
  return confirmation({ action: 'reset', text: question, label, locale }, bot.clock.now());
}

export async function resetConfirmed(
  interaction: ComponentInteraction,
  askedAt: string,
  bot: BotParts,
): Promise<void> {
  const guildId = requireManager(interaction, bot);
  requireFresh(interaction, askedAt, 'settings reset', bot);
  await interaction.deferUpdate();
  const text = await applyChange(interaction, guildId, DEFAULT_GUILD_SETTINGS, bot);
  await bot.guildSettings.reset(guildId);
  await settle(interaction, text);
}
