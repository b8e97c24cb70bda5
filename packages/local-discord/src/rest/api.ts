import type { HttpBindings } from '@hono/node-server';
import { RESPONSE_ALREADY_SENT } from '@hono/node-server/utils/response';
import { RESTJSONErrorCodes } from 'discord-api-types/v10';
import { Hono, type Context as HttpContext } from 'hono';
import type { Context } from '../context.ts';
import { DiscordError } from '../discord-error.ts';
import type { Json } from '../json.ts';
import { accountRoutes } from './account-routes.ts';
import { channelRoutes } from './channel-routes.ts';
import { commandRoutes } from './command-routes.ts';
import { guildRoutes } from './guild-routes.ts';
import { interactionRoutes } from './interaction-routes.ts';
import { type RateLimits, rateLimitHeaders } from './rate-limits.ts';
import { type ParsedBody, readBody } from './read-body.ts';
import type { RequestLog } from './request-log.ts';
import type { RestAnswer, Route } from './route.ts';
import type { ScriptedFailure, ScriptedFailures } from './scripted-failures.ts';

const BASE = '/api/v10';

export interface ApiParts {
  readonly context: Context;
  readonly token: string;
  readonly rateLimits: RateLimits;
  readonly failures: ScriptedFailures;
  readonly requests: RequestLog;
  /** Called for each request without a route. */
  readonly onUnknownRoute: (route: string) => void;
}

interface Reply {
  readonly status: number;
  readonly body?: Json | undefined;
  readonly headers?: Readonly<Record<string, string>>;
}

/** Discord's REST API, version 10: everything below /api. */
export function createApi(parts: ApiParts): Hono {
  const { context } = parts;
  const app = new Hono();
  const routes = [
    ...accountRoutes(context),
    ...commandRoutes(context),
    ...interactionRoutes(context),
    ...channelRoutes(context),
    ...guildRoutes(context),
  ];
  for (const route of routes) {
    const path = route.template.replace(/\{(\w+)\}/g, ':$1');
    app.on(route.method, `${BASE}${path}`, (http) => answer(parts, http, route));
  }
  app.all(`${BASE}/*`, (http) => answer(parts, http, null));
  app.all('/api/*', (http) => send(http, errorReply(new DiscordError(RESTJSONErrorCodes.InvalidAPIVersion))));
  return app;
}

async function answer(parts: ApiParts, http: HttpContext, route: Route | null): Promise<Response> {
  const { method, path } = http.req;
  const below = path.slice(BASE.length);
  const query = queryOf(http.req.url);
  const parsed = await readBody(http.req.raw, parts.context.state.requestLimitBytes).catch(
    requireDiscordError,
  );
  const reply = route
    ? replyTo(parts, http, route, { parsed, query })
    : unknownRouteReply(`${method} ${path}`);
  const { json, files } = 'json' in parsed ? parsed : { json: null, files: [] };
  parts.requests.add({
    at: parts.context.clock.now(),
    method,
    path: below,
    route: route?.template ?? null,
    query,
    body: json,
    files: files.map(({ index, filename, contentType, bytes }) => ({
      field: `files[${index}]`,
      filename,
      contentType,
      sizeBytes: bytes.length,
    })),
    status: reply.status,
    response: reply.body,
  });
  if (!route) parts.onUnknownRoute(`${method} ${below}`);
  return send(http, reply);
}

interface Read {
  readonly parsed: ParsedBody | DiscordError;
  readonly query: string;
}

function replyTo(parts: ApiParts, http: HttpContext, route: Route, { parsed, query }: Read): Reply {
  const isAuthorized = http.req.header('authorization') === `Bot ${parts.token}`;
  if (route.auth === 'bot' && !isAuthorized)
    return errorReply(new DiscordError(RESTJSONErrorCodes.GeneralError));
  const limits = parts.rateLimits.count(route, http.req.param());
  const headers = rateLimitHeaders(limits);
  const failure = parts.failures.take(route.method, route.template, http.req.path.slice(BASE.length));
  if (failure && failure.when !== 'after') return scriptedReply(failure, headers);
  if (limits.exceeded) return tooManyRequests(limits.resetAfterMs, headers);
  if (parsed instanceof DiscordError) return { ...errorReply(parsed), headers };
  const reply = { ...carryOut(route, http, parsed, query), headers };
  return failure ? scriptedReply(failure, headers) : reply;
}

function carryOut(
  route: Route,
  http: HttpContext,
  { json, files }: ParsedBody,
  query: string,
): RestAnswer | Reply {
  try {
    return route.handle({
      param: (name) => requireParam(http, name),
      query: new URLSearchParams(query),
      body: json,
      files,
    });
  } catch (thrown) {
    return errorReply(requireDiscordError(thrown));
  }
}

/** The query with its question mark; empty if there is none. */
function queryOf(url: string): string {
  const start = url.indexOf('?');
  return start < 0 ? '' : url.slice(start);
}

function requireParam(http: HttpContext, name: string): string {
  const value = http.req.param(name);
  if (value === undefined) throw new TypeError(`route: expected a part {${name}}, got ${http.req.path}`);
  return value;
}

/** Anything but a DiscordError is a fault of this server and is thrown again. */
function requireDiscordError(thrown: unknown): DiscordError {
  if (thrown instanceof DiscordError) return thrown;
  throw thrown;
}

function errorReply(error: DiscordError): Reply {
  return { status: error.status, body: error.body };
}

function unknownRouteReply(route: string): Reply {
  return {
    status: 501,
    body: { message: `The local Discord has no ${route}; add the route to it.`, code: 0 },
  };
}

function scriptedReply(failure: ScriptedFailure, headers: Readonly<Record<string, string>>): Reply {
  if (failure.status === 429) return tooManyRequests(failure.retryAfterMs ?? 0, headers, failure.body);
  return { status: failure.status, body: failure.body ?? { message: 'Scripted failure', code: 0 }, headers };
}

function tooManyRequests(
  retryAfterMs: number,
  headers: Readonly<Record<string, string>>,
  body?: Json,
): Reply {
  const seconds = retryAfterMs / 1000;
  return {
    status: 429,
    body: body ?? { message: 'You are being rate limited.', retry_after: seconds, global: false },
    headers: { ...headers, 'retry-after': String(seconds), 'x-ratelimit-scope': 'user' },
  };
}

/** Writes to Node's response directly: hono reads a Response of the global class as a stream, which is far slower. */
function send({ env }: HttpContext, { status, body, headers = {} }: Reply): Response {
  const { outgoing } = env as HttpBindings;
  if (body === undefined) outgoing.writeHead(status, headers).end();
  else
    outgoing.writeHead(status, { ...headers, 'content-type': 'application/json' }).end(JSON.stringify(body));
  return RESPONSE_ALREADY_SENT;
}
