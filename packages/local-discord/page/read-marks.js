/** The latest message that each user saw in each channel, in localStorage. Key: user id and channel id. */
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
 * Marks everything up to now as read.
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
