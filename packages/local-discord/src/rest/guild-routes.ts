import { RESTJSONErrorCodes } from 'discord-api-types/v10';
import { z } from 'zod';
import type { Context } from '../context.ts';
import { DiscordError } from '../discord-error.ts';
import type { Json } from '../json.ts';
import { parseBody } from '../request-schemas/parse-body.ts';
import type { Guild } from '../state/entities.ts';
import {
  serializeChannel,
  serializeGuild,
  serializeMember,
  serializeRole,
} from '../state/serialize-guild.ts';
import type { State } from '../state/state.ts';
import { botRoute, ok, type RestCall, type Route } from './route.ts';

const memberPageSchema = z.looseObject({ limit: z.coerce.number().int().min(1).max(1000).default(1) });

export function guildRoutes({ state }: Context): Route[] {
  const get = (path: string, body: (guild: Guild, call: RestCall) => Json): Route =>
    botRoute('GET', `/guilds/{guild_id}${path}`, (call) => ok(body(requireGuild(state, call), call)));
  return [
    get('', serializeGuild),
    get('/roles', (guild) => guild.roles.map(serializeRole)),
    get('/channels', (guild) =>
      state.channelsOf(guild).map((channel) => serializeChannel(state, channel, null)),
    ),
    get('/members', (guild, call) =>
      [...guild.members.keys()]
        .slice(0, parseBody(memberPageSchema, Object.fromEntries(call.query)).limit)
        .map((userId) => requireMember(state, guild, userId)),
    ),
    get('/members/{user_id}', (guild, call) => requireMember(state, guild, call.param('user_id'))),
  ];
}

/** Throws 10004 for an unknown guild, or one that the bot is not in. */
export function requireGuild(state: State, call: RestCall): Guild {
  const guild = state.guilds.get(call.param('guild_id'));
  if (!guild?.members.has(state.bot.id)) throw new DiscordError(RESTJSONErrorCodes.UnknownGuild);
  return guild;
}

function requireMember(state: State, guild: Guild, userId: string): Json {
  const user = state.users.get(userId);
  const member = guild.members.get(userId);
  if (!user) throw new DiscordError(RESTJSONErrorCodes.UnknownUser);
  if (!member) throw new DiscordError(RESTJSONErrorCodes.UnknownMember);
  return serializeMember(member, user);
}
