import { GatewayOpcodes } from 'discord-api-types/v10';
import type { WebSocket } from 'ws';
import type { Json, JsonObject } from './json.ts';

interface SentEvent {
  readonly sequence: number;
  readonly text: string;
}

/** One of `count` connections of a bot, among which the guilds are divided. */
export interface Shard {
  readonly id: number;
  readonly count: number;
}

/** Whether a shard receives the events of a guild; events outside guilds (null) go to shard 0. */
export function holds({ id, count }: Shard, guildId: string | null): boolean {
  return Number((BigInt(guildId ?? 0) >> 22n) % BigInt(count)) === id;
}

/** Events kept for a RESUME; a session that misses more has to identify again. */
const REPLAY_LIMIT = 1000;

/** A bot's session. It outlives its socket; a RESUME replays the events that were missed. */
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

  /** Sends all events after the sequence number again; false if some of them are no longer kept. */
  resume(socket: WebSocket, afterSequence: number): boolean {
    const missed = this.#sent.filter((event) => event.sequence > afterSequence);
    if (afterSequence > this.#sequence || this.#sequence - afterSequence > missed.length) return false;
    this.#socket = socket;
    for (const event of missed) socket.send(event.text);
    return true;
  }

  /** Does nothing if the session has another socket meanwhile. */
  detach(socket: WebSocket): void {
    if (this.#socket === socket) this.#socket = null;
  }
}

export function frame(op: number, d: Json, s: number | null = null, t: string | null = null): string {
  return JSON.stringify({ op, d, s, t });
}
