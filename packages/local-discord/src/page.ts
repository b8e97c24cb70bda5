import { fileURLToPath } from 'node:url';
import { serveStatic } from '@hono/node-server/serve-static';
import { Hono, type Context as HttpContext } from 'hono';
import { avatarSvg } from './avatar.ts';
import type { JsonObject } from './json.ts';
import type { PageParts } from './local-discord.ts';
import { carryOutAction, parseAction } from './page-actions.ts';
import { streamEvents } from './page-events.ts';
import { pageView } from './page-view.ts';
import { readBytes } from './read-bytes.ts';
import { ActionRefused } from './simulated-user/action-refused.ts';
import { fileTooLarge, type SimulatedUser } from './simulated-user/simulated-user.ts';
import { serializeAttachment } from './state/serialize-message.ts';

const PAGE_FOLDER = fileURLToPath(new URL('../page/', import.meta.url));
/** The longest option of a command is 6,000 characters; a command has at most 25. */
const MAX_ACTION_BYTES = 1024 * 1024;

/** No content from other origins, no inline code, no framing. */
const SECURITY_POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self' data:",
  "media-src 'self'",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ');

/** Set on every answer that does not set its own. */
const HEADERS = {
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'cache-control': 'no-cache',
  'content-security-policy': SECURITY_POLICY,
};

/** Serves the page on which you act as the users: its files, view, live events and actions. */
export function page({ context, examples, actAs }: PageParts): Hono {
  const app = new Hono();
  app.use(async (http, next) => {
    await next();
    for (const [name, value] of Object.entries(HEADERS))
      if (!http.res.headers.has(name)) http.header(name, value);
  });
  app.get('/', serveStatic({ root: PAGE_FOLDER, path: 'index.html' }));
  app.get(
    '/page/*',
    serveStatic({ root: PAGE_FOLDER, rewriteRequestPath: (path) => path.slice('/page'.length) }),
  );
  app.get('/avatars/:file', (http) => {
    const user = context.state.users.get(http.req.param('file').replace(/\.svg$/, ''));
    if (!user) return http.notFound();
    return http.body(avatarSvg(user), 200, {
      'content-type': 'image/svg+xml; charset=utf-8',
      'cache-control': 'max-age=86400',
    });
  });
  const asUser = (act: (http: HttpContext, user: SimulatedUser) => Response | Promise<Response>) => {
    return (http: HttpContext): Response | Promise<Response> => {
      const user = userOf(actAs, http);
      return user ? act(http, user) : http.json({ error: 'there is no such user or channel' }, 404);
    };
  };
  app.get(
    '/local/view',
    asUser((http, { user, channel }) => http.json(pageView(context, user, channel, examples))),
  );
  app.get(
    '/local/events',
    asUser((http, { user }) => streamEvents(http, context, user)),
  );
  app.post('/local/actions', asUser(serveAction));
  app.post(
    '/local/uploads',
    asUser((http, user) => serveUpload(http, user, context.state.fileLimitBytes(user.channel))),
  );
  return app;
}

/** Accepts only JSON, which another site's form cannot send without a CORS preflight. */
async function serveAction(http: HttpContext, user: SimulatedUser): Promise<Response> {
  const isJson = http.req.header('content-type')?.startsWith('application/json') ?? false;
  if (!isJson) return http.json({ error: 'content-type: expected application/json' }, 400);
  const bytes = await readBytes(http.req.raw, MAX_ACTION_BYTES);
  if (bytes === null) return http.json({ error: `body: expected at most ${MAX_ACTION_BYTES} bytes` }, 413);
  const action = parseAction(Buffer.from(bytes).toString());
  if ('problem' in action) return http.json({ error: action.problem }, 400);
  return unlessRefused(http, () => carryOutAction(user, action));
}

/** Takes a file as the body, with its name in the query. A command, a form or the next message refers to it by its id. */
async function serveUpload(http: HttpContext, user: SimulatedUser, limitBytes: number): Promise<Response> {
  const bytes = await readBytes(http.req.raw, limitBytes);
  const filename = http.req.query('name') || 'file';
  if (bytes === null) return http.json({ error: fileTooLarge(filename, limitBytes) }, 413);
  const contentType = http.req.header('content-type') ?? '';
  return unlessRefused(http, () =>
    serializeAttachment(user.upload({ filename, contentType, bytes }), '', true),
  );
}

async function unlessRefused(
  http: HttpContext,
  act: () => JsonObject | Promise<JsonObject>,
): Promise<Response> {
  try {
    return http.json(await act());
  } catch (thrown) {
    if (!(thrown instanceof ActionRefused)) throw thrown;
    return http.json({ error: thrown.message }, 422);
  }
}

function userOf(actAs: PageParts['actAs'], http: HttpContext): SimulatedUser | null {
  const { user, channel } = http.req.query();
  try {
    return actAs(user ?? null, { channel });
  } catch (thrown) {
    if (thrown instanceof TypeError) return null;
    throw thrown;
  }
}
