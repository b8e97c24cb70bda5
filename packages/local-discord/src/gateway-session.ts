import { GatewayOpcodes } from 'discord-api-types/v10';
import type { WebSocket } from 'ws';
import type { Json, JsonObject } from './json.ts';

interface SentEvent {
  readonly sequence: number;
  readonly text: string;
}

/** One of several connections of a bot, among which the guilds are divided. */
export interface Shard {
  readonly id: number;
  readonly count: number;
}

/** Whether a connection is the one for a guild; what happens outside of guilds goes to the first. */
export function holds({ id, count }: Shard, guildId: string | null): boolean {
  return Number((BigInt(guildId ?? 0) >> 22n) % BigInt(count)) === id;
}

/** Events kept for a RESUME; a session that misses more has to identify again. */
const REPLAY_LIMIT = 1000;

/** A bot's session: it outlives its socket, and what is sent meanwhile is replayed. */
export class GatewaySession {
  readonly id: string;
  readonly intents: number;
  readonly shard: Shard;
  #sequence = 0;
  #sent: SentEvent[] = [];
  #socket: WebSocket | null;

  constructor(id: string, intents: number, shard: Shard, socket: WebSocket) {
    this.id = id;
    this.intents = intents;
    this.shard = shard;
    this.#socket = socket;
  }

  get connected(): boolean {
    return this.#socket !== null;
  }

  dispatch(name: string, payload: JsonObject): void {
    this.#sequence += 1;
    const text = frame(GatewayOpcodes.Dispatch, payload, this.#sequence, name);
    this.#sent.push({ sequence: this.#sequence, text });
    if (this.#sent.length > REPLAY_LIMIT) this.#sent.shift();
    this.#socket?.send(text);
  }

  /** Sends again all that came after the sequence number; false when some of it is gone. */
  resume(socket: WebSocket, afterSequence: number): boolean {
    const missed = this.#sent.filter((event) => event.sequence > afterSequence);
    if (afterSequence > this.#sequence || this.#sequence - afterSequence > missed.length) return false;
    this.#socket = socket;
    for (const event of missed) socket.send(event.text);
    return true;
  }

  /** No-op when the session has another socket by now. */
  detach(socket: WebSocket): void {
    if (this.#socket === socket) this.#socket = null;
  }
}

export function frame(op: number, d: Json, s: number | null = null, t: string | null = null): string {
  return JSON.stringify({ op, d, s, t });
}
