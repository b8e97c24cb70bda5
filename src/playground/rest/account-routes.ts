import { z } from 'zod';
import { parseForm } from '../forms/parse-form.ts';
import type { JsonObject } from '../json.ts';
import { channelPayload, userPayload } from '../payloads/place-payloads.ts';
import { APPLICATION_ID, BOT, PEOPLE } from '../world/cast.ts';
import { DiscordError } from './discord-error.ts';
import type { DiscordParts } from './parts.ts';
import type { Route } from './route.ts';

/** IDENTIFYs in 24 hours. */
const SESSION_STARTS = 1000;
const DAY_MS = 24 * 60 * 60_000;

const dmSchema = z.looseObject({ recipient_id: z.string() });

/** The bot about itself: gateway, account, application, its direct messages. */
export function accountRoutes(parts: DiscordParts): Route[] {
  const { world, gatewayUrl, gateway } = parts;
  const application = (): JsonObject => applicationPayload(world.guilds.size, world.userInstalls.size);
  return [
    {
      method: 'GET',
      template: '/gateway/bot',
      auth: 'bot',
      handle: () => ({ status: 200, body: gatewayBot(gatewayUrl, gateway.counts.identifies) }),
    },
    {
      method: 'GET',
      template: '/users/@me',
      auth: 'bot',
      handle: () => ({
        status: 200,
        body: { ...userPayload(BOT), mfa_enabled: false, locale: BOT.locale, verified: true, email: null },
      }),
    },
    {
      method: 'GET',
      template: '/applications/@me',
      auth: 'bot',
      handle: () => ({ status: 200, body: application() }),
    },
    {
      method: 'GET',
      template: '/oauth2/applications/@me',
      auth: 'bot',
      handle: () => ({ status: 200, body: application() }),
    },
    {
      method: 'GET',
      template: '/users/{user_id}',
      auth: 'bot',
      handle: (call) => {
        const user = world.users.get(call.param('user_id'));
        if (!user) throw new DiscordError(10013);
        return { status: 200, body: userPayload(user) };
      },
    },
    {
      method: 'POST',
      template: '/users/@me/channels',
      auth: 'bot',
      handle: (call) => {
        const { recipient_id: userId } = parseForm(dmSchema, call.body);
        const channel = world.dmWith(userId);
        if (!channel) throw new DiscordError(10013);
        return { status: 200, body: channelPayload(world, channel, null) };
      },
    },
  ];
}

function gatewayBot(url: string, identifies: number): JsonObject {
  return {
    url,
    shards: 1,
    session_start_limit: {
      total: SESSION_STARTS,
      remaining: Math.max(0, SESSION_STARTS - identifies),
      reset_after: DAY_MS,
      max_concurrency: 1,
    },
  };
}

function applicationPayload(guilds: number, userInstalls: number): JsonObject {
  return {
    id: APPLICATION_ID,
    name: BOT.displayName,
    icon: null,
    description: 'Turns a prompt into music',
    type: null,
    bot: userPayload(BOT),
    bot_public: true,
    bot_require_code_grant: false,
    integration_types_config: { 0: {}, 1: {} },
    verify_key: '0'.repeat(64),
    flags: 0,
    flags_new: '0',
    max_participants: null,
    redirect_uris: [],
    interactions_endpoint_url: null,
    role_connections_verification_url: null,
    owner: userPayload(PEOPLE.ada),
    approximate_guild_count: guilds,
    approximate_user_install_count: userInstalls,
    approximate_user_authorization_count: 0,
    explicit_content_filter: 0,
    team: null,
    eligible_oauth2_scopes: ['bot', 'applications.commands'],
  };
}
