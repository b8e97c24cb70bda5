import { DiscordAuthorInfo } from 'components/discord-author-info/DiscordAuthorInfo.js';
import { DiscordCommand } from 'components/discord-command/DiscordCommand.js';
import { DiscordEmbed } from 'components/discord-embed/DiscordEmbed.js';
import { DiscordMessage } from 'components/discord-message/DiscordMessage.js';
import { DiscordVerifiedAuthorTag } from 'components/discord-verified-author-tag/DiscordVerifiedAuthorTag.js';

/**
 * The components bring fixed colours in their shadow trees. One more sheet per class, added before the first element
 * is made, lets them follow this page's variables, light or dark.
 */
const SHEETS = new Map([
  [
    DiscordMessage,
    `:host { color: var(--text) !important; padding: 0 !important; font: inherit !important; line-height: 1.45 !important; }
     :host(:hover) { background: none !important; }
     .discord-author-avatar { margin-right: var(--gutter) !important; }
     .discord-author-avatar img { cursor: default !important; }
     .discord-message-content { min-width: 0; padding-top: 0 !important; line-height: 1.45 !important; }
     .discord-message-timestamp, .discord-message-edited { color: var(--text-dim) !important; font-size: 0.75rem !important; margin-left: 6px !important; }
     .discord-message-markup { font-size: 1rem !important; line-height: 1.45 !important; overflow-wrap: anywhere; }
     .discord-message-body { overflow-wrap: anywhere; }`,
  ],
  [
    DiscordAuthorInfo,
    `:host .discord-author-username { font-size: 1rem; font-weight: 600; }
     :host .discord-author-username:hover { text-decoration: none; cursor: inherit; }`,
  ],
  [
    DiscordVerifiedAuthorTag,
    `:host { background: var(--accent-soft); color: var(--accent-text); font-weight: 650; padding: 1px 5px; height: auto; line-height: 1.3; border-radius: 5px; }`,
  ],
  [
    DiscordCommand,
    `:host { color: var(--text-dim) !important; font-family: var(--font) !important; font-size: 0.8125rem !important; line-height: 1.3 !important; }
     :host::before { border-color: var(--line-strong) !important; }
     :host .discord-replied-message-username { color: var(--text) !important; opacity: 1 !important; cursor: inherit !important; }
     :host .discord-slash-command-name, :host .discord-slash-command-name:hover { background: var(--accent-soft); color: var(--accent-text) !important; padding: 1px 5px; border-radius: 5px; cursor: inherit; }`,
  ],
  [
    DiscordEmbed,
    `:host { color: var(--text) !important; font-size: 0.9rem !important; margin: 6px 0 !important; max-width: 520px; }
     :host .discord-left-border { background-color: var(--line-strong); }
     :host .discord-embed-root { flex: 1; }
     :host .discord-embed-wrapper { background: var(--surface) !important; border: 1px solid var(--line) !important; border-left: 0 !important; border-radius: 0 8px 8px 0 !important; max-width: none !important; justify-self: stretch !important; }
     :host .discord-embed-wrapper .discord-embed-grid { display: flex !important; flex-direction: column; padding: 12px 14px 14px !important; gap: 10px; }`,
  ],
]);

/** Has to run before any of the elements is made. */
export function themeComponents() {
  for (const [component, css] of SHEETS) {
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(css);
    component.elementStyles.push(sheet);
  }
}
