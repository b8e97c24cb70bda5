import { RESTJSONErrorCodes } from 'discord-api-types/v10';
import { z } from 'zod';
import type { Context } from '../context.ts';
import { DiscordError } from '../discord-error.ts';
import type { JsonObject } from '../json.ts';
import { parseBody } from '../request-schemas/parse-body.ts';
import { serializeChannel, serializeUser } from '../state/serialize-guild.ts';
import { serializeApplication } from './application.ts';
import type { Route } from './route.ts';

/** IDENTIFY calls allowed in 24 hours. */
const SESSION_STARTS = 1000;
const DAY_MS = 24 * 60 * 60_000;

const dmSchema = z.looseObject({ recipient_id: z.string() });

/** The bot's gateway, account, application and direct messages. */
export function accountRoutes(context: Context): Route[] {
  const { state, gatewayUrl, gateway, shards } = context;
  const application = (): JsonObject => serializeApplication(state);
  return [
    {
      method: 'GET',
      template: '/gateway/bot',
      auth: 'bot',
      handle: () => ({ status: 200, body: gatewayBot(gatewayUrl, shards, gateway.counts.identifies) }),
    },
    {
      method: 'GET',
      template: '/users/@me',
      auth: 'bot',
      handle: () => ({
        status: 200,
        body: {
          ...serializeUser(state.bot),
          mfa_enabled: false,
          locale: state.bot.locale,
          verified: true,
          email: null,
        },
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
        const user = state.users.get(call.param('user_id'));
        if (!user) throw new DiscordError(RESTJSONErrorCodes.UnknownUser);
        return { status: 200, body: serializeUser(user) };
      },
    },
    {
      method: 'POST',
      template: '/users/@me/channels',
      auth: 'bot',
      handle: (call) => {
        const { recipient_id: userId } = parseBody(dmSchema, call.body);
        const channel = state.dmWith(userId);
        if (!channel) throw new DiscordError(RESTJSONErrorCodes.UnknownUser);
        return { status: 200, body: serializeChannel(state, channel, null) };
      },
    },
  ];
}

function gatewayBot(url: string, shards: number, identifies: number): JsonObject {
  return {
    url,
    shards,
    session_start_limit: {
      total: SESSION_STARTS,
      remaining: Math.max(0, SESSION_STARTS - identifies),
      reset_after: DAY_MS,
      // As for large bots; with 1, each shard would wait five seconds for the previous one.
      max_concurrency: shards,
    },
  };
}
