import { RESTJSONErrorCodes } from 'discord-api-types/v10';
import { z } from 'zod';
import type { Context } from '../context.ts';
import { DiscordError } from '../discord-error.ts';
import type { JsonObject } from '../json.ts';
import { parseBody } from '../request-schemas/parse-body.ts';
import { serializeChannel, serializeUser } from '../state/serialize-guild.ts';
import type { State } from '../state/state.ts';
import { serializeApplication } from './application.ts';
import { botRoute, ok, type Route } from './route.ts';

/** IDENTIFY calls allowed in 24 hours. */
const SESSION_STARTS = 1000;
const DAY_MS = 24 * 60 * 60_000;

const dmSchema = z.looseObject({ recipient_id: z.string() });

/** The bot's gateway, account, application and direct messages. */
export function accountRoutes(context: Context): Route[] {
  const { state, gatewayUrl, gateway, shards } = context;
  return [
    botRoute('GET', '/gateway/bot', () => ok(gatewayBot(gatewayUrl, shards, gateway.counts.identifies))),
    botRoute('GET', '/users/@me', () => ok(botUser(state))),
    botRoute('GET', '/applications/@me', () => ok(serializeApplication(state))),
    botRoute('GET', '/oauth2/applications/@me', () => ok(serializeApplication(state))),
    botRoute('GET', '/users/{user_id}', (call) => {
      const user = state.users.get(call.param('user_id'));
      if (!user) throw new DiscordError(RESTJSONErrorCodes.UnknownUser);
      return ok(serializeUser(user));
    }),
    botRoute('POST', '/users/@me/channels', (call) => {
      const { recipient_id: userId } = parseBody(dmSchema, call.body);
      const channel = state.dmWith(userId);
      if (!channel) throw new DiscordError(RESTJSONErrorCodes.UnknownUser);
      return ok(serializeChannel(state, channel, null));
    }),
  ];
}

function botUser({ bot }: State): JsonObject {
  return { ...serializeUser(bot), mfa_enabled: false, locale: bot.locale, verified: true, email: null };
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
