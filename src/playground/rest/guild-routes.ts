import type { Json } from '../json.ts';
import { channelPayload, guildPayload, memberPayload, rolePayload } from '../payloads/place-payloads.ts';
import { BOT } from '../world/cast.ts';
import type { Guild } from '../world/places.ts';
import type { World } from '../world/world.ts';
import { DiscordError } from './discord-error.ts';
import type { DiscordParts } from './parts.ts';
import type { RestCall, Route } from './route.ts';

const DEFAULT_MEMBER_LIMIT = 1;

export function guildRoutes({ world }: DiscordParts): Route[] {
  const get = (path: string, body: (guild: Guild, call: RestCall) => Json): Route => ({
    method: 'GET',
    template: `/guilds/{guild_id}${path}`,
    auth: 'bot',
    handle: (call) => ({ status: 200, body: body(requireGuild(world, call), call) }),
  });
  return [
    get('', guildPayload),
    get('/roles', (guild) => guild.roles.map(rolePayload)),
    get('/channels', (guild) =>
      [...world.channels.values()]
        .filter((channel) => channel.kind === 'guild_text' && channel.guildId === guild.id)
        .map((channel) => channelPayload(world, channel, null)),
    ),
    get('/members', (guild, call) =>
      [...guild.members.keys()]
        .slice(0, Number(call.query.get('limit') ?? DEFAULT_MEMBER_LIMIT))
        .map((userId) => requireMember(world, guild, userId)),
    ),
    get('/members/{user_id}', (guild, call) => requireMember(world, guild, call.param('user_id'))),
  ];
}

/** Throws 10004 for a server that does not exist or that the bot is not in. */
export function requireGuild(world: World, call: RestCall): Guild {
  const guild = world.guilds.get(call.param('guild_id'));
  if (!guild?.members.has(BOT.id)) throw new DiscordError(10004);
  return guild;
}

function requireMember(world: World, guild: Guild, userId: string): Json {
  const user = world.users.get(userId);
  const member = guild.members.get(userId);
  if (!user) throw new DiscordError(10013);
  if (!member) throw new DiscordError(10007);
  return memberPayload(member, user);
}
