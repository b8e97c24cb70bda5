import type { Context as HttpContext } from 'hono';
import { streamSSE } from 'hono/streaming';
import type { Context } from './context.ts';
import type { JsonObject } from './json.ts';
import { canView, messageView } from './page-view.ts';
import type { User } from './state/entities.ts';
import type { EventMap } from './state/events.ts';
import { isVisibleTo } from './state/message.ts';

const RETRY_MS = 1000;

/** Streams, until the page is closed, the changes that one user sees in any channel, as server-sent events. */
export function streamEvents(http: HttpContext, { events, state }: Context, viewer: User): Response {
  return streamSSE(http, async (stream) => {
    const send = (event: JsonObject): void => void stream.writeSSE({ data: JSON.stringify(event) });
    const onMessage = (...[change, message]: EventMap['message']): void => {
      const channel = state.channels.get(message.channelId);
      if (!channel || !canView(state, viewer, channel) || !isVisibleTo(message, viewer.id)) return;
      send({ kind: 'message', change, message: messageView(state, message) });
    };
    const onCommands = (): void => send({ kind: 'commands' });
    const onPresence = (online: boolean): void => send({ kind: 'presence', online });
    events.on('message', onMessage).on('commands', onCommands).on('presence', onPresence);
    const { promise, resolve } = Promise.withResolvers<void>();
    stream.onAbort(() => {
      events.off('message', onMessage).off('commands', onCommands).off('presence', onPresence);
      resolve();
    });
    await stream.write(`retry: ${RETRY_MS}\n\n`);
    await promise;
  });
}
