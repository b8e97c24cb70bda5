import type { IncomingMessage, ServerResponse } from 'node:http';
import { json as readJson } from 'node:stream/consumers';
import { ActionRefused } from '../actor/action-refused.ts';
import type { Actor } from '../actor/actor.ts';
import type { JsonObject } from '../json.ts';
import type { DiscordParts } from '../rest/parts.ts';
import { avatarSvg } from './avatar.ts';
import { streamEvents } from './event-stream.ts';
import { carryOutAction, parseAction } from './page-actions.ts';
import { pageView } from './page-view.ts';
import { inlineScriptHashes, readStaticFile } from './static-files.ts';

export interface PageServerParts {
  readonly parts: DiscordParts;
  /** Throws TypeError for a person or channel that does not exist. */
  readonly actAs: (person: string, options: { readonly channel: string }) => Actor;
}

/** Everything that is neither the API nor a file of a message: the page, its live view, its people's actions. */
export async function servePage(
  served: PageServerParts,
  request: IncomingMessage,
  response: ServerResponse,
  url: URL,
): Promise<void> {
  if (url.pathname.startsWith('/local/')) return serveLocal(served, request, response, url);
  if (url.pathname.startsWith('/avatars/')) return serveAvatar(served, response, url.pathname);
  const file = await readStaticFile(url.pathname);
  if (!file) return sendText(response, 404, `there is no ${url.pathname}\n`);
  response.writeHead(200, {
    'content-type': file.contentType,
    'cache-control': url.pathname.startsWith('/modules/') ? 'max-age=86400' : 'no-cache',
    'x-content-type-options': 'nosniff',
    'referrer-policy': 'no-referrer',
    'content-security-policy': securityPolicy(file.contentType.startsWith('text/html') ? file.body : ''),
  });
  response.end(file.body);
}

/** Nothing from outside, no inline code but the import map, no frame around it. */
function securityPolicy(html: string): string {
  return [
    "default-src 'none'",
    `script-src 'self' ${inlineScriptHashes(html).join(' ')}`,
    "style-src 'self'",
    // lit's styleMap writes style attributes; sheets and elements still come from here only.
    "style-src-attr 'unsafe-inline'",
    "img-src 'self' data:",
    "media-src 'self'",
    "connect-src 'self'",
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
  ].join('; ');
}

async function serveLocal(
  served: PageServerParts,
  request: IncomingMessage,
  response: ServerResponse,
  url: URL,
): Promise<void> {
  const actor = actorOf(served, url);
  if (!actor) return sendJson(response, 404, { error: 'there is no such person or channel' });
  if (url.pathname === '/local/view' && request.method === 'GET') {
    return sendJson(response, 200, pageView(served.parts, actor.user, actor.channel));
  }
  if (url.pathname === '/local/events' && request.method === 'GET') {
    return streamEvents(served.parts, actor.user, response);
  }
  if (url.pathname === '/local/actions' && request.method === 'POST')
    return serveAction(actor, request, response);
  return sendJson(response, 404, { error: `there is no ${request.method} ${url.pathname}` });
}

/** Only JSON is read: a form of another site cannot send it without asking first. */
async function serveAction(actor: Actor, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const isJson = request.headers['content-type']?.startsWith('application/json') ?? false;
  const action = isJson ? parseAction(await readJson(request).catch(() => null)) : null;
  if (!action) return sendJson(response, 400, { error: 'expected an action as JSON' });
  try {
    sendJson(response, 200, await carryOutAction(actor, action));
  } catch (thrown) {
    if (!(thrown instanceof ActionRefused)) throw thrown;
    sendJson(response, 422, { error: thrown.message });
  }
}

function actorOf({ actAs }: PageServerParts, url: URL): Actor | null {
  try {
    return actAs(url.searchParams.get('person') ?? 'mika', {
      channel: url.searchParams.get('channel') ?? 'music',
    });
  } catch (thrown) {
    if (thrown instanceof TypeError) return null;
    throw thrown;
  }
}

function serveAvatar({ parts }: PageServerParts, response: ServerResponse, path: string): void {
  const user = parts.world.users.get(path.slice('/avatars/'.length).replace(/\.svg$/, ''));
  if (!user) {
    sendText(response, 404, 'there is no such person\n');
    return;
  }
  response.writeHead(200, {
    'content-type': 'image/svg+xml; charset=utf-8',
    'cache-control': 'max-age=86400',
  });
  response.end(avatarSvg(user));
}

function sendJson(response: ServerResponse, status: number, body: JsonObject): void {
  response.writeHead(status, { 'content-type': 'application/json', 'cache-control': 'no-store' });
  response.end(JSON.stringify(body));
}

function sendText(response: ServerResponse, status: number, text: string): void {
  response.writeHead(status, { 'content-type': 'text/plain; charset=utf-8' }).end(text);
}
