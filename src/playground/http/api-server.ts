import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Clock } from '../clock.ts';
import type { Json } from '../json.ts';
import { DiscordError } from '../rest/discord-error.ts';
import type { FoundRoute, RestAnswer, RouteTable } from '../rest/route.ts';
import { type RateLimitState, type RateLimits, rateLimitHeaders } from './rate-limits.ts';
import { type ParsedBody, readBody } from './read-body.ts';
import type { RequestLog } from './request-log.ts';
import type { ScriptedFailure, ScriptedFailures } from './scripted-failures.ts';

const API_PATH = /^\/api(?:\/v(\d+))?(\/.*)$/;
const VERSION = '10';

export interface ApiServerParts {
  readonly routes: RouteTable;
  readonly token: string;
  readonly clock: Clock;
  readonly rateLimits: RateLimits;
  readonly failures: ScriptedFailures;
  readonly requests: RequestLog;
  /** Told of each request that this server does not know. */
  readonly onUnknownRoute: (route: string) => void;
}

interface Reply {
  readonly status: number;
  readonly body?: Json | undefined;
  readonly headers?: Readonly<Record<string, string>>;
}

/** Answers everything below /api. */
export async function serveApi(
  parts: ApiServerParts,
  request: IncomingMessage,
  response: ServerResponse,
  url: URL,
): Promise<void> {
  const [, version, path = '/'] = API_PATH.exec(url.pathname) ?? [];
  const method = request.method ?? 'GET';
  const parsed = await tryReadBody(request);
  const found = parts.routes.find(method, path);
  const reply =
    version === VERSION ? replyTo(parts, request, url, found, parsed) : errorReply(new DiscordError(50041));
  const body = 'json' in parsed ? parsed : { json: null, files: [] };
  parts.requests.add({
    at: parts.clock.now(),
    method,
    path,
    route: found?.route.template ?? null,
    query: url.search,
    body: body.json,
    files: body.files.map((file) => ({
      field: `files[${file.index}]`,
      filename: file.filename,
      contentType: file.contentType,
      sizeBytes: file.bytes.length,
    })),
    status: reply.status,
    response: reply.body,
  });
  if (!found) parts.onUnknownRoute(`${method} ${path}`);
  send(response, reply);
}

async function tryReadBody(request: IncomingMessage): Promise<ParsedBody | DiscordError> {
  try {
    return await readBody(request);
  } catch (thrown) {
    if (thrown instanceof DiscordError) return thrown;
    throw thrown;
  }
}

function replyTo(
  parts: ApiServerParts,
  request: IncomingMessage,
  url: URL,
  found: FoundRoute | null,
  parsed: ParsedBody | DiscordError,
): Reply {
  if (!found) return unknownRouteReply(`${request.method} ${url.pathname}`);
  const authorized = request.headers.authorization === `Bot ${parts.token}`;
  if (found.route.auth === 'bot' && !authorized) return errorReply(new DiscordError(0));
  const limits = parts.rateLimits.count(found);
  const headers = rateLimitHeaders(limits);
  const failure = parts.failures.take(
    found.route.method,
    found.route.template,
    url.pathname.replace(/^\/api\/v10/, ''),
  );
  if (failure && failure.when !== 'after') return scriptedReply(failure, headers);
  if (limits.exceeded) return rateLimitedReply(limits, headers);
  if (parsed instanceof DiscordError) return { ...errorReply(parsed), headers };
  const reply = { ...carryOut(found, url, parsed), headers };
  return failure ? scriptedReply(failure, headers) : reply;
}

function carryOut({ route, params }: FoundRoute, url: URL, { json, files }: ParsedBody): RestAnswer | Reply {
  try {
    return route.handle({
      param: (name) => requireParam(params, name),
      query: url.searchParams,
      body: json,
      files,
    });
  } catch (thrown) {
    if (thrown instanceof DiscordError) return errorReply(thrown);
    throw thrown;
  }
}

function requireParam(params: Readonly<Record<string, string>>, name: string): string {
  const value = params[name];
  if (value === undefined) throw new TypeError(`expected the route to have {${name}}`);
  return value;
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
  if (failure.status !== 429)
    return {
      status: failure.status,
      body: failure.body ?? { message: 'Scripted failure', code: 0 },
      headers,
    };
  return tooManyRequests(failure.retryAfterMs ?? 0, headers, failure.body);
}

function rateLimitedReply(limits: RateLimitState, headers: Readonly<Record<string, string>>): Reply {
  return tooManyRequests(limits.resetAfterMs, headers);
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

function send(response: ServerResponse, { status, body, headers }: Reply): void {
  const text = body === undefined ? '' : JSON.stringify(body);
  response
    .writeHead(status, { ...headers, ...(text ? { 'content-type': 'application/json' } : {}) })
    .end(text);
}
