/**
 * Who acts where: ids or names; without them the server's first user in its first channel.
 * @typedef {{ user?: string, channel?: string }} Place
 */

const query = (place) => new URLSearchParams(place).toString();

/**
 * Everything that a user sees of a channel; null for a user or a channel that does not exist (any more).
 * @param {Place} place
 */
export async function loadView(place) {
  const response = await fetch(`/local/view?${query(place)}`);
  if (response.status === 404) return null;
  if (!response.ok) throw new Error(`the local Discord answered ${response.status}`);
  return response.json();
}

/**
 * Does something as a user; resolves with the bot's first answer or with `{ error }` where Discord says no.
 * @param {Place} place
 * @param {Record<string, unknown>} action
 */
export async function act(place, action) {
  try {
    const response = await fetch(`/local/actions?${query(place)}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(action),
    });
    return await response.json();
  } catch {
    return { error: 'the local Discord does not answer; is it still running?' };
  }
}

/**
 * Calls back with every change on a user's screen; the browser reconnects by itself.
 * @param {string} user
 * @param {{ onEvent: (event: any) => void, onReconnect: () => void, onLost: () => void }} listener
 * @returns {() => void} ends it
 */
export function follow(user, { onEvent, onReconnect, onLost }) {
  const source = new EventSource(`/local/events?${query({ user, channel: 'dm' })}`);
  let opened = false;
  source.onopen = () => {
    if (opened) onReconnect();
    opened = true;
  };
  source.onerror = onLost;
  source.onmessage = ({ data }) => onEvent(JSON.parse(data));
  return () => source.close();
}
