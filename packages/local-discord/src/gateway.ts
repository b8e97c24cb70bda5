import { randomBytes } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { GatewayCloseCodes, GatewayIntentBits, GatewayOpcodes } from 'discord-api-types/v10';
import { type WebSocket, WebSocketServer } from 'ws';
import { z } from 'zod';
import { frame, GatewaySession, holds, type Shard } from './gateway-session.ts';
import { type JsonObject, parseJson } from './json.ts';
import type { Guild } from './state/entities.ts';
import type { DiscordEvents } from './state/events.ts';
import { serializeGuildCreate, serializeUser } from './state/serialize-guild.ts';
import type { State } from './state/state.ts';

const HEARTBEAT_INTERVAL_MS = 41_250;
/** Intents that need an approval in the developer portal. */
const PRIVILEGED_INTENTS =
  GatewayIntentBits.GuildMembers | GatewayIntentBits.GuildPresences | GatewayIntentBits.MessageContent;
/** The largest frame that a bot may send; Discord itself allows 4 KiB. */
const MAX_FRAME_BYTES = 65_536;

const frameSchema = z.looseObject({ op: z.number().int(), d: z.unknown() });
const identifySchema = z.looseObject({
  token: z.string(),
  intents: z.number().int(),
  shard: z.tuple([z.number().int(), z.number().int()]).optional(),
});
const resumeSchema = z.looseObject({ token: z.string(), session_id: z.string(), seq: z.number().int() });

/** Close codes with which a client ends its session for good. */
const CLEAN_CLOSES = [1000, 1001];

export interface GatewayCounts {
  readonly identifies: number;
  readonly resumes: number;
}

/** Discord's gateway, version 10, JSON without compression. */
export class Gateway {
  readonly #server = new WebSocketServer({ noServer: true, maxPayload: MAX_FRAME_BYTES });
  readonly #sessions = new Map<string, GatewaySession>();
  readonly #bySocket = new Map<WebSocket, GatewaySession>();
  readonly #state: State;
  readonly #events: DiscordEvents;
  readonly #token: string;
  readonly #url: string;
  #identifies = 0;
  #resumes = 0;

  constructor(state: State, events: DiscordEvents, token: string, url: string) {
    this.#state = state;
    this.#events = events;
    this.#token = token;
    this.#url = url;
    this.#server.on('connection', (socket) => this.#greet(socket));
  }

  get counts(): GatewayCounts {
    return { identifies: this.#identifies, resumes: this.#resumes };
  }

  get online(): boolean {
    return this.#bySocket.size > 0;
  }

  upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void {
    this.#server.handleUpgrade(request, socket, head, (client) => {
      this.#server.emit('connection', client, request);
    });
  }

  /** The connected shards, in the order of their connections. */
  get shards(): Shard[] {
    return [...this.#bySocket.values()].map(({ shard }) => shard);
  }

  /** Sends an event to every session of the guild's shard; disconnected ones get it when they resume. */
  dispatch(name: string, payload: JsonObject, guildId: string | null): void {
    for (const session of this.#sessions.values())
      if (holds(session.shard, guildId)) session.dispatch(name, payload);
  }

  /** Breaks the connections without a close frame; the sessions can be resumed. */
  cutSockets(): void {
    for (const socket of this.#server.clients) socket.terminate();
  }

  /** Closes the connections with one of Discord's close codes, such as 4004: authentication failed. */
  closeSockets(code: number): void {
    for (const socket of this.#server.clients) socket.close(code);
  }

  /** Asks every client to reconnect and resume (opcode 7). */
  requestReconnect(): void {
    for (const socket of this.#server.clients) socket.send(frame(GatewayOpcodes.Reconnect, null));
  }

  /** Forgets the sessions, so that the next RESUME is refused and the client identifies again. */
  forgetSessions(): void {
    this.#sessions.clear();
  }

  close(): void {
    this.cutSockets();
    this.#server.close();
  }

  #greet(socket: WebSocket): void {
    socket.on('message', (data) => this.#receive(socket, String(data)));
    socket.on('close', (code) => this.#leave(socket, CLEAN_CLOSES.includes(code)));
    // 'close' follows and is handled.
    socket.on('error', () => socket.terminate());
    socket.send(frame(GatewayOpcodes.Hello, { heartbeat_interval: HEARTBEAT_INTERVAL_MS }));
  }

  #receive(socket: WebSocket, text: string): void {
    const message = frameSchema.safeParse(parseJson(text));
    const op = message.success ? message.data.op : null;
    if (op === null) socket.close(GatewayCloseCodes.DecodeError, 'Error while decoding payload.');
    else if (op === GatewayOpcodes.Heartbeat) socket.send(frame(GatewayOpcodes.HeartbeatAck, null));
    else if (op === GatewayOpcodes.Identify) this.#identify(socket, message.data?.d);
    else if (op === GatewayOpcodes.Resume) this.#resume(socket, message.data?.d);
    else if (!this.#bySocket.has(socket))
      socket.close(GatewayCloseCodes.NotAuthenticated, 'Not authenticated.');
  }

  #identify(socket: WebSocket, body: unknown): void {
    this.#identifies += 1;
    const request = identifySchema.safeParse(body);
    const [id, count] = request.data?.shard ?? [0, 1];
    if (!request.success || request.data.token !== this.#token) {
      socket.close(GatewayCloseCodes.AuthenticationFailed, 'Authentication failed.');
    } else if (id < 0 || id >= count) {
      socket.close(GatewayCloseCodes.InvalidShard, 'Invalid shard.');
    } else if (request.data.intents & PRIVILEGED_INTENTS) {
      socket.close(GatewayCloseCodes.DisallowedIntents, 'Disallowed intent(s).');
    } else {
      this.#startSession(socket, request.data.intents, { id, count });
    }
  }

  #startSession(socket: WebSocket, intents: number, shard: Shard): void {
    const isReplaced = (old: GatewaySession): boolean =>
      !old.connected && (old.shard.id === shard.id || old.shard.count !== shard.count);
    for (const [id, old] of this.#sessions) if (isReplaced(old)) this.#sessions.delete(id);
    const session = new GatewaySession(randomBytes(16).toString('hex'), intents, shard, socket);
    this.#sessions.set(session.id, session);
    this.#enter(socket, session);
    session.dispatch('READY', this.#readyPayload(session));
    if ((intents & GatewayIntentBits.Guilds) === 0) return;
    for (const guild of this.#guildsOf(shard)) {
      session.dispatch('GUILD_CREATE', serializeGuildCreate(this.#state, guild));
    }
  }

  #resume(socket: WebSocket, body: unknown): void {
    const request = resumeSchema.safeParse(body);
    const known = request.success && request.data.token === this.#token;
    const session = known ? this.#sessions.get(request.data.session_id) : undefined;
    if (!known || !session?.resume(socket, request.data.seq)) {
      socket.send(frame(GatewayOpcodes.InvalidSession, false));
      return;
    }
    this.#resumes += 1;
    this.#enter(socket, session);
    session.dispatch('RESUMED', {});
  }

  #enter(socket: WebSocket, session: GatewaySession): void {
    this.#bySocket.set(socket, session);
    this.#events.emit('presence', this.online);
  }

  #leave(socket: WebSocket, forGood: boolean): void {
    const session = this.#bySocket.get(socket);
    session?.detach(socket);
    if (session && forGood) this.#sessions.delete(session.id);
    this.#bySocket.delete(socket);
    this.#events.emit('presence', this.online);
  }

  #guildsOf(shard: Shard): Guild[] {
    return [...this.#state.guilds.values()].filter(({ id }) => holds(shard, id));
  }

  #readyPayload(session: GatewaySession): JsonObject {
    const { id, count } = session.shard;
    return {
      v: 10,
      user: { ...serializeUser(this.#state.bot), verified: true, mfa_enabled: false, email: null },
      guilds: this.#guildsOf(session.shard).map((guild) => ({ id: guild.id, unavailable: true })),
      session_id: session.id,
      session_type: 'normal',
      resume_gateway_url: this.#url,
      shard: [id, count],
      application: { id: this.#state.applicationId, flags: 0 },
    };
  }
}
