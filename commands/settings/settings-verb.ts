import type { ChatInputCommandInteraction } from 'discord.js';
import type { GuildSettings } from '../../src/queue/guild-settings.ts';

/** A verb of /settings: what it sets, in the order of its options. An empty object shows and changes nothing. */
export type SettingsVerb = (
  interaction: ChatInputCommandInteraction,
  now: GuildSettings,
) => Partial<GuildSettings>;
