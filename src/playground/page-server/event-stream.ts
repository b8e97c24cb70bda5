import type { ServerResponse } from 'node:http';
import type { JsonObject } from '../json.ts';
import type { Message } from '../messages/message.ts';
import type { DiscordParts } from '../rest/parts.ts';
import type { User } from '../world/places.ts';
import { isVisible, messageView } from './page-view.ts';

/** Server-sent events: what changes on one person's screen, in whichever channel. */
export function streamEvents({ feed, world }: DiscordParts, viewer: User, response: ServerResponse): void {
  const send = (event: JsonObject): void => {
    response.write(`data: ${JSON.stringify(event)}\n\n`);
  };
  const onMessage = (change: 'created' | 'updated' | 'deleted', message: Message): void => {
    const channel = world.channels.get(message.channelId);
    if (!channel || !world.isInChannel(viewer.id, channel) || !isVisible(message, viewer)) return;
    send({ kind: 'message', change, message: messageView(world, message) });
  };
  const onCommands = (): void => send({ kind: 'commands' });
  const onPresence = (online: boolean): void => send({ kind: 'presence', online });
  response.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-store' });
  response.write('retry: 1000\n\n');
  feed.on('message', onMessage).on('commands', onCommands).on('presence', onPresence);
  response.on('close', () => {
    feed.off('message', onMessage).off('commands', onCommands).off('presence', onPresence);
  });
}
