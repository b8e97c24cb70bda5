/**
 * Who acts where: ids or names; without them the server's first user in its first channel.
 * @typedef {{ user?: string, channel?: string }} Selection
 */

const query = (selection) => new URLSearchParams(selection).toString();

/**
 * Everything that a user sees of a channel; null for a user or a channel that does not exist (any more).
 * @param {Selection} selection
 */
export async function loadView(selection) {
  const response = await fetch(`/local/view?${query(selection)}`);
  if (response.status === 404) return null;
  if (!response.ok) throw new Error(`the local Discord answered ${response.status}`);
  return response.json();
}

/**
 * Does something as a user; resolves with the bot's first answer or with `{ error }` where Discord says no.
 * @param {Selection} selection
 * @param {Record<string, unknown>} action
 */
export async function act(selection, action) {
  try {
    const response = await fetch(`/local/actions?${query(selection)}`, {
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
 * Uploads a file as a user; resolves with it as Discord describes it, or with `{ error }`.
 * @param {Selection} selection
 * @param {File} file
 */
export async function upload(selection, file) {
  try {
    const response = await fetch(`/local/uploads?${query({ ...selection, name: file.name })}`, {
      method: 'POST',
      headers: { 'content-type': file.type || 'application/octet-stream' },
      body: file,
    });
    return await response.json();
  } catch {
    // A folder, too, cannot be read.
    return { error: `${file.name}: it cannot be read, or the local Discord does not answer` };
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
