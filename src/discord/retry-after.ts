import type { RESTOptions } from 'discord.js';

type MakeRequest = RESTOptions['makeRequest'];

/** Discord's own waits are mostly shorter. */
const UNKNOWN_WAIT_S = '5';

/**
 * Gives every refusal by a rate limit (429) a Retry-After in seconds. The REST client waits for as long as it says, and
 * where a proxy on the way says nothing, or a date, it would repeat the request at once, over and over.
 */
export function withRetryAfter(makeRequest: MakeRequest): MakeRequest {
  return async (url, init) => {
    const answer = await makeRequest(url, init);
    const isUsable = Number(answer.headers.get('retry-after')) > 0;
    if (answer.status === 429 && !isUsable) answer.headers.set('retry-after', UNKNOWN_WAIT_S);
    return answer;
  };
}
