/** Which message each user saw last in each channel, kept by the browser. Key: user id and channel id. */
const KEY = 'local-discord-read';

const keyOf = (viewer, channel) => `${viewer}/${channel}`;

function load() {
  try {
    return JSON.parse(localStorage.getItem(KEY) ?? '{}');
  } catch {
    return {};
  }
}

/**
 * Everything up to now is seen.
 * @param {string} viewer user id
 * @param {any} channel of the view
 */
export function markRead(viewer, channel) {
  if (!channel.lastMessageId) return;
  localStorage.setItem(
    KEY,
    JSON.stringify({ ...load(), [keyOf(viewer, channel.id)]: channel.lastMessageId }),
  );
}

/**
 * Whether another user has written there since.
 * @param {string} viewer user id
 * @param {any} channel of the view
 */
export function isUnread(viewer, channel) {
  if (!channel.lastMessageId) return false;
  const seen = load()[keyOf(viewer, channel.id)] ?? '0';
  return BigInt(channel.lastMessageId) > BigInt(seen);
}
