import {
  type APIApplicationCommandBasicOption,
  ApplicationCommandOptionType,
  type ChatInputCommandInteraction,
} from 'discord.js';
import type { BotParts } from '../../src/discord/command.ts';
import { recordAct } from '../../src/discord/record-act.ts';
import type { GuildSettings } from '../../src/queue/guild-settings.ts';
import type { ModeratorVerb } from '../queue.ts';

type Limits = Pick<GuildSettings, 'perUserWaiting' | 'perGuildWaiting' | 'perUserPerHour'>;

const RESET = 0;

/** Discord's name of each limit, its field and its upper end; 0 goes back to the bot's own, which is never exceeded. */
const LIMITS = [
  {
    name: 'per-user',
    field: 'perUserWaiting',
    max: 100,
    description: 'Riffs that one person may have waiting',
  },
  {
    name: 'per-server',
    field: 'perGuildWaiting',
    max: 1000,
    description: 'Riffs that this server may have waiting',
  },
  {
    name: 'per-hour',
    field: 'perUserPerHour',
    max: 1000,
    description: 'Riffs that one person may ask for in an hour',
  },
] as const;

export const LIMIT_OPTIONS: APIApplicationCommandBasicOption[] = LIMITS.map(({ name, description, max }) => ({
  type: ApplicationCommandOptionType.Integer,
  name,
  description: `${description}; 0: the bot's own limit`,
  min_value: RESET,
  max_value: max,
}));

/** Without an option it only shows. */
export const limits: ModeratorVerb = async (interaction, guildId, bot) => {
  const changes = limitChanges(interaction);
  if (Object.keys(changes).length > 0) {
    bot.guildSettings.update(guildId, changes);
    const act = { action: 'queue limits', targetUserId: null, jobId: null, reason: '' };
    await recordAct(bot, { ...act, guildId, actorId: interaction.user.id });
  }
  return limitsText(guildId, bot);
};

/** The limits that were named; empty when none was. */
export function limitChanges({ options }: ChatInputCommandInteraction): Partial<Limits> {
  const changes: Partial<Record<keyof Limits, number | null>> = {};
  for (const { name, field } of LIMITS) {
    const limit = options.getInteger(name);
    if (limit !== null) changes[field] = limit === RESET ? null : limit;
  }
  return changes;
}

export function limitsText(guildId: string, bot: BotParts): string {
  const limits = bot.limitsFor(guildId);
  return `Waiting: ${limits.perUserWaiting} a person, ${limits.perGuildWaiting} in this server. An hour: ${limits.perUserPerHour} a person.`;
}
