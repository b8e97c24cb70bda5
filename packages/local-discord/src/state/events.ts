import { EventEmitter } from 'node:events';
import type { Interaction } from './interaction.ts';
import type { Message } from './message.ts';

/** Events for the page and for tests that wait. */
export interface EventMap {
  message: [change: 'created' | 'updated' | 'deleted', message: Message];
  /** The first answer of the bot, or `failed` when none came within three seconds. */
  interaction: [interaction: Interaction];
  commands: [];
  /** The bot's gateway session opened or closed. */
  presence: [online: boolean];
}

export type DiscordEvents = EventEmitter<EventMap>;

export function createEvents(): DiscordEvents {
  // Every open page and every waiting test adds listeners, which Node would report as a leak.
  return new EventEmitter<EventMap>().setMaxListeners(0);
}
