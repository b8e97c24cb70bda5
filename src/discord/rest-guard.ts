import type { RESTOptions } from 'discord.js';
import { type Clock, msSince } from '../clock.ts';
import { messageOf, RiffError } from '../errors.ts';
import type { Log } from '../log.ts';
import { ALREADY_ACKNOWLEDGED } from './message-api.ts';
import { Semaphore } from './semaphore.ts';

type MakeRequest = RESTOptions['makeRequest'];
type RequestInit = Parameters<MakeRequest>[1];
type Answer = Awaited<ReturnType<MakeRequest>>;

export interface RestGuardOptions {
  /** Sends one request. */
  readonly makeRequest: MakeRequest;
  readonly clock: Clock;
  readonly log: Log;
  readonly onTokenRefused?: () => void;
}

/** Discord bans an IP address for a while after 10,000 invalid responses in ten minutes; this is a fifth of that. */
const WINDOW_MS = 10 * 60_000;
const MAX_INVALID = 2000;
const INVALID_STATUSES = new Set([401, 403, 429]);
/** The wait after a 429 that names none; Discord's own waits are mostly shorter. */
const UNKNOWN_WAIT_S = '5';
const CALLBACK = /\/interactions\/\d+\/[^/?]+\/callback(?:\?|$)/;
/** At a round trip of 150 ms these are 1,700 answers a second. Each may hold a socket, whose set-up costs more than a request. */
const AT_ONCE = 256;
/** How undici names a connection that was cut between request and answer. The REST client repeats only ECONNRESET. */
const CUT_CODES = new Set(['UND_ERR_SOCKET', 'EPIPE']);

/**
 * Stands between the REST client and the network. It blocks all requests after 2,000 invalid responses (401, 403, 429
 * but of scope "shared") in ten minutes, or as soon as the bot's token is refused. A 401 for an expired interaction token
 * does not count as a refused bot token.
 */
export class RestGuard {
  /** How many came, by HTTP status. */
  readonly answers = new Map<number, number>();
  readonly #options: RestGuardOptions;
  /** Epoch ms of the invalid answers in the window, oldest first. */
  #invalidAt: number[] = [];
  /** Requests under way: each may turn out invalid, so they count as invalid. */
  #inFlight = 0;
  #isTokenRefused = false;
  /** Requests whose answer was lost. The client passes the same headers object with each try of one request. */
  readonly #lost = new WeakSet<object>();

  constructor(options: RestGuardOptions) {
    this.#options = options;
  }

  /** Why requests are blocked now; null: they are not. */
  get reason(): string | null {
    if (this.#isTokenRefused) return "Discord refused the bot's token; no more requests until a restart";
    const now = this.#options.clock.now();
    for (let [oldest] = this.#invalidAt; oldest !== undefined; [oldest] = this.#invalidAt) {
      if (msSince(oldest, now) <= WINDOW_MS) break;
      this.#invalidAt.shift();
    }
    if (this.#invalidAt.length + this.#inFlight < MAX_INVALID) return null;
    return `Discord refused ${MAX_INVALID} requests in ten minutes; requests are paused until the rate drops`;
  }

  /** The `makeRequest` of the REST client. Rejects with RiffError('discord_unreachable') while requests are blocked. */
  readonly request: MakeRequest = async (url, init) => {
    const { reason } = this;
    if (reason !== null) throw new RiffError('discord_unreachable', `Discord: ${reason}`);
    this.#inFlight += 1;
    try {
      const answer = await this.#send(url, init);
      if (answer.status === 429) nameWait(answer);
      if (INVALID_STATUSES.has(answer.status)) this.#count(answer, init.headers as object);
      return answer;
    } finally {
      // Only after the response is counted: otherwise another request could take this one's slot first.
      this.#inFlight -= 1;
    }
  };

  /**
   * The REST client repeats a request whose response was lost (5xx, a cut connection). If the first try had succeeded,
   * Discord refuses the second: an acknowledgement with 40060, a deletion with 404. Both count as done here. The same
   * response to a first try is passed on: another process was faster.
   */
  async #send(url: string, init: RequestInit): Promise<Answer> {
    const key = init.headers as object;
    const isCallback = isFirstAnswer(url);
    try {
      const answer = await this.#options.makeRequest(url, await withWholeBody(init));
      this.answers.set(answer.status, (this.answers.get(answer.status) ?? 0) + 1);
      if (answer.status >= 500) this.#lost.add(key);
      if (!this.#lost.has(key)) return answer;
      if (init.method === 'DELETE') return answer.status === 404 ? done() : answer;
      return isCallback && answer.status === 400 ? await unlessAcknowledged(answer) : answer;
    } catch (error) {
      this.#lost.add(key);
      throw isCallback || init.method !== 'POST' ? repeatable(error) : error;
    }
  }

  #count(answer: Answer, headers: object | null | undefined): void {
    const { clock, log, onTokenRefused } = this.#options;
    if (answer.headers.get('x-ratelimit-scope') === 'shared') return;
    this.#invalidAt.push(clock.now());
    if (this.#invalidAt.length === MAX_INVALID) log.error({}, 'too many invalid requests, the breaker opens');
    if (answer.status === 401 && 'Authorization' in (headers ?? {})) {
      this.#isTokenRefused = true;
      log.fatal({}, "Discord refused the bot's token, the breaker opens");
      onTokenRefused?.();
    }
  }
}

/**
 * Uploads as bytes instead of as a form. undici 6 streams a form and closes that stream in a microtask; when the
 * connection breaks just then, the close throws where nobody can catch it, and the process ends.
 */
async function withWholeBody(init: RequestInit): Promise<RequestInit> {
  if (!(init.body instanceof FormData)) return init;
  const form = new Response(init.body);
  const headers = { ...(init.headers as object), 'content-type': form.headers.get('content-type') ?? '' };
  return { ...init, headers, body: new Uint8Array(await form.arrayBuffer()) };
}

/**
 * The REST client waits for as long as Retry-After says, and where a proxy on the way says nothing, or a date, it would
 * repeat the request at once, over and over.
 */
function nameWait({ headers }: Answer): void {
  if (!(Number(headers.get('retry-after')) > 0)) headers.set('retry-after', UNKNOWN_WAIT_S);
}

/** Keeps all requests but so many waiting. First answers to interactions, which Discord awaits for 3 s, go before the rest. */
export function inLine(makeRequest: MakeRequest, atOnce = AT_ONCE): MakeRequest {
  const requests = new Semaphore(atOnce);
  return (url, init) => requests.run(() => makeRequest(url, init), isFirstAnswer(url));
}

/** A request that answers an interaction for the first time. */
function isFirstAnswer(url: string): boolean {
  return CALLBACK.test(url);
}

async function unlessAcknowledged(answer: Answer): Promise<Answer> {
  const text = await answer.text();
  if (codeOf(text) === ALREADY_ACKNOWLEDGED) return done();
  const { status, statusText } = answer;
  return new Response(text, { status, statusText, headers: { 'content-type': 'application/json' } });
}

function done(): Answer {
  return new Response(null, { status: 204 });
}

function codeOf(json: string): unknown {
  try {
    return (JSON.parse(json) as { code?: unknown } | null)?.code;
  } catch {
    return null;
  }
}

/** Use it only for requests that may be repeated. */
function repeatable(error: unknown): unknown {
  const { code } = error as { code?: unknown };
  if (typeof code !== 'string' || !CUT_CODES.has(code)) return error;
  return Object.assign(new Error(messageOf(error), { cause: error }), { code: 'ECONNRESET' });
}
