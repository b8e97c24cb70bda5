import { el } from './dom.js';

const SIGNS = { guild_text: '#', dm: '@', group: '⁂' };

/**
 * The channel that the page shows.
 * @param {any} view
 */
export function shownChannel(view) {
  return view.channels.find(({ id }) => id === view.channelId);
}

/**
 * The mark before a channel's name.
 * @param {any} channel
 */
export function channelSign({ kind }) {
  return el('span', { class: 'channel-sign', 'aria-hidden': 'true' }, SIGNS[kind]);
}

/**
 * As a text names it: `#music`, or the name alone outside of servers.
 * @param {any} channel
 */
export function channelTitle({ kind, name }) {
  return kind === 'guild_text' ? `#${name}` : name;
}
