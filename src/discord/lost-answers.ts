import type { RESTOptions } from 'discord.js';
import { messageOf } from '../errors.ts';
import { ALREADY_ACKNOWLEDGED } from './message-api.ts';

type MakeRequest = RESTOptions['makeRequest'];
type Answer = Awaited<ReturnType<MakeRequest>>;

const CALLBACK_PATH = /\/interactions\/\d+\/[^/]+\/callback$/;
/** How undici names a connection that was cut between request and answer. The REST client repeats only ECONNRESET. */
const CUT_CODES = new Set(['UND_ERR_SOCKET', 'EPIPE']);

/**
 * The REST client repeats a request whose response was lost (5xx, a cut connection). If the first try had succeeded,
 * Discord refuses the second: an acknowledgement with 40060, a deletion with 404. Both count as done here. The same
 * response to a first try is passed on: another process was faster.
 */
export function withLostAnswers(makeRequest: MakeRequest): MakeRequest {
  /** Requests whose answer was lost. The client passes the same headers object with each try of one request. */
  const lost = new WeakSet<object>();
  return async (url, init) => {
    const key = init.headers as object;
    const isCallback = CALLBACK_PATH.test(new URL(url).pathname);
    try {
      const answer = await makeRequest(url, init);
      if (answer.status >= 500) lost.add(key);
      if (!lost.has(key)) return answer;
      if (init.method === 'DELETE') return answer.status === 404 ? done() : answer;
      return isCallback && answer.status === 400 ? await unlessAcknowledged(answer) : answer;
    } catch (error) {
      lost.add(key);
      throw isCallback || init.method !== 'POST' ? repeatable(error) : error;
    }
  };
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
