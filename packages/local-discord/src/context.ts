import type { Clock } from './clock.ts';
import { Gateway } from './gateway.ts';
import { createSnowflakes, type NextId } from './snowflake.ts';
import { AttachmentStore } from './state/attachment-store.ts';
import { CommandStore } from './state/command-store.ts';
import { createEvents, type DiscordEvents } from './state/events.ts';
import { InteractionStore } from './state/interaction-store.ts';
import { MessageStore } from './state/message-store.ts';
import type { Seed } from './state/seed.ts';
import { State } from './state/state.ts';
import { Storage } from './state/storage.ts';
import { UploadStore } from './state/upload-store.ts';

/** The parts of one local Discord, on which the routes, the simulated users and the page work. */
export interface Context {
  readonly clock: Clock;
  readonly events: DiscordEvents;
  readonly nextId: NextId;
  readonly state: State;
  readonly commands: CommandStore;
  readonly interactions: InteractionStore;
  readonly messages: MessageStore;
  readonly attachments: AttachmentStore;
  readonly uploads: UploadStore;
  readonly gateway: Gateway;
  readonly gatewayUrl: string;
  /** The number of gateway connections that the bot is asked to open. */
  readonly shards: number;
  readonly storage: Storage;
}

export interface ContextOptions {
  readonly seed: Seed;
  readonly clock: Clock;
  /** The server's URL, without a slash at the end. */
  readonly baseUrl: string;
  readonly token: string;
  /** Null: nothing is kept for the next run. */
  readonly folder: string | null;
  readonly maxFileBytes: number;
  readonly shards: number;
}

/** Builds one local Discord without serving it. Continues from what an earlier run kept in the folder. */
export function createContext(options: ContextOptions): Context {
  const { seed, clock, baseUrl, token, folder, maxFileBytes, shards } = options;
  const state = new State(seed, baseUrl, maxFileBytes);
  const storage = new Storage(folder);
  const events = createEvents();
  const nextId = createSnowflakes(clock, storage.newestId());
  const gatewayUrl = `${baseUrl.replace('http', 'ws')}/gateway`;
  const attachments = new AttachmentStore(nextId, storage, (id) =>
    state.fileLimitBytes(state.requireChannel(id)),
  );
  const kept = { clock, nextId, events, storage };
  const messages = new MessageStore({ ...kept, state, attachments });
  const uploads = new UploadStore({ attachments, clock, storage });
  attachments.sweep();
  return {
    clock,
    events,
    nextId,
    state,
    attachments,
    uploads,
    messages,
    commands: new CommandStore(kept),
    interactions: new InteractionStore(kept),
    gateway: new Gateway(state, events, token, gatewayUrl),
    gatewayUrl,
    shards,
    storage,
  };
}
