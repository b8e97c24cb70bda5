import type { DiscordEvents } from './state/events.ts';
import type { Message } from './state/message.ts';

export interface WaitOptions {
  /** Real time after which the wait fails; default 30 s, which a busy machine needs. */
  readonly timeoutMs?: number;
  /** What is waited for, as named in the failure. */
  readonly what?: string;
}

const DEFAULT_TIMEOUT_MS = 30_000;

/**
 * Resolves with the first value other than undefined that `look` finds, now or after a later event.
 * Rejects with Error after the timeout; `describe` says what was found instead.
 */
export function waitUntil<T>(
  events: DiscordEvents,
  look: () => T | undefined,
  describe: () => string,
  { timeoutMs = DEFAULT_TIMEOUT_MS, what = 'the expected event' }: WaitOptions = {},
): Promise<T> {
  const { promise, resolve, reject } = Promise.withResolvers<T>();
  const check = (): void => {
    const found = look();
    if (found === undefined) return;
    stop();
    resolve(found);
  };
  const timer = setTimeout(() => {
    stop();
    reject(new Error(`expected ${what} within ${timeoutMs} ms; ${describe()}`));
  }, timeoutMs);
  const stop = (): void => {
    clearTimeout(timer);
    events.off('message', check).off('interaction', check).off('commands', check).off('presence', check);
  };
  events.on('message', check).on('interaction', check).on('commands', check).on('presence', check);
  check();
  return promise;
}

/** A few lines about messages, for failures. */
export function describeMessages(messages: readonly Message[]): string {
  if (messages.length === 0) return 'there is no message';
  const lines = messages.slice(-5).map((message) => {
    const files = message.attachments.map((attachment) => attachment.filename).join(', ');
    const text = message.content || JSON.stringify(message.embeds).slice(0, 160);
    return `  ${message.id} flags ${message.flags} ${JSON.stringify(text)}${files && ` [${files}]`}`;
  });
  return `the last messages are\n${lines.join('\n')}`;
}
