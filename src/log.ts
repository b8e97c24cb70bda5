import { type DestinationStream, type Logger, pino } from 'pino';
import type { LogLevel } from './config.ts';

export type Log = Logger;

/** A bot token anywhere in a text: two short base64url parts and a long one, as Discord builds them. */
const TOKEN = /[\w-]{20,30}\.[\w-]{6}\.[\w-]{27,45}/g;
const MASK = '[token]';

/**
 * One JSON line per event. No prompt is logged at level info or above; everything that looks like a bot token or is under
 * a secret's name is masked, in messages too.
 */
export function createLog(level: LogLevel, destination?: DestinationStream): Log {
  const options = {
    level,
    base: null,
    redact: {
      paths: ['token', '*.token', '*.interactionToken', 'authorization', '*.authorization'],
      censor: MASK,
    },
    hooks: { streamWrite: (line: string) => line.replace(TOKEN, MASK) },
  };
  return destination ? pino(options, destination) : pino(options);
}
