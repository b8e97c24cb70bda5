import type { RESTOptions } from 'discord.js';

type MakeRequest = RESTOptions['makeRequest'];

/**
 * Hands uploads over as bytes instead of as a form. undici 6 streams a form and closes that stream in a microtask; when
 * the connection breaks just then, the close throws where nobody can catch it, and the process ends.
 */
export function withWholeBody(makeRequest: MakeRequest): MakeRequest {
  return async (url, init) => {
    if (!(init.body instanceof FormData)) return makeRequest(url, init);
    const form = new Response(init.body);
    const headers = { ...(init.headers as object), 'content-type': form.headers.get('content-type') ?? '' };
    return makeRequest(url, { ...init, headers, body: new Uint8Array(await form.arrayBuffer()) });
  };
}
