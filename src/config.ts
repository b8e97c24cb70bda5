import { homedir } from 'node:os';
import { resolve } from 'node:path';
import { z } from 'zod';
import { ConfigError } from './errors.ts';

/** Everything that the environment decides, checked once and frozen. `.env.example` documents each variable. */
export interface Config {
  readonly discord: { readonly token: string; readonly apiBase: string | null } | null;
  readonly dataDir: string;
  readonly model: string;
  readonly device: string;
  readonly logLevel: LogLevel;
  readonly playgroundPort: number;
  /** 0 switches the health and metrics server off. */
  readonly healthPort: number;
  readonly ownerIds: readonly string[];
  readonly queue: QueueConfig;
  readonly engine: EngineConfig;
  /** 0 keeps results and prompts for ever. */
  readonly retentionDays: number;
}

export interface QueueConfig {
  /** Renders at the same time; each has a process and a model of its own. */
  readonly concurrency: number;
  readonly maxWaiting: number;
  readonly perUserWaiting: number;
  readonly perGuildWaiting: number;
  readonly perUserPerHour: number;
  readonly startsPerMinute: number;
}

export interface EngineConfig {
  readonly maxRssBytes: number;
  readonly recycleAfter: number;
}

const LOG_LEVELS = ['silent', 'fatal', 'error', 'warn', 'info', 'debug', 'trace'] as const;
export type LogLevel = (typeof LOG_LEVELS)[number];

const SECRET_VARIABLES = new Set(['DISCORD_TOKEN']);
const MEBIBYTE = 1024 * 1024;
/** Discord's tokens are three base64url parts; shorter texts are a placeholder or a cut paste. */
const TOKEN_PATTERN = /^[\w-]{3,}\.[\w-]{3,}\.[\w-]{6,}$/;

const environmentSchema = z.object({
  DISCORD_TOKEN: z
    .string()
    .regex(TOKEN_PATTERN, 'expected a bot token as the developer portal shows it (three parts with dots)')
    .optional(),
  DISCORD_API_BASE: z.url('expected a URL such as http://127.0.0.1:8787/api').optional(),
  DATA_DIR: z.string().default('data'),
  MODEL: z.string().default('riff-mini'),
  DEVICE: z.string().default('CPU'),
  OPENVINO_BINDING: z.enum(['openvino-node', 'c-api'], 'expected openvino-node or c-api').optional(),
  OPENVINO_LIB: z.string().optional(),
  LOG_LEVEL: z.enum(LOG_LEVELS, `expected one of ${LOG_LEVELS.join(', ')}`).default('info'),
  PLAYGROUND_PORT: wholeNumber(0, 65_535).default(8787),
  HEALTH_PORT: wholeNumber(0, 65_535).default(0),
  OWNER_IDS: z
    .string()
    .regex(/^\d{15,20}(\s*,\s*\d{15,20})*$/, 'expected Discord user ids separated by commas')
    .optional(),
  CONCURRENCY: wholeNumber(1, 16).default(1),
  MAX_WAITING: wholeNumber(1, 10_000).default(200),
  PER_USER_WAITING: wholeNumber(1, 1000).default(3),
  PER_GUILD_WAITING: wholeNumber(1, 10_000).default(50),
  PER_USER_PER_HOUR: wholeNumber(1, 10_000).default(30),
  STARTS_PER_MINUTE: wholeNumber(1, 10_000).default(60),
  ENGINE_MAX_RSS_MB: wholeNumber(256, 1_048_576).default(8192),
  ENGINE_RECYCLE_AFTER: wholeNumber(1, 1_000_000).default(500),
  RETENTION_DAYS: wholeNumber(0, 36_500).default(30),
});

/** The variables that `.env.example` has to explain. */
export const CONFIG_VARIABLES = Object.keys(environmentSchema.shape);

/**
 * Reads the environment once. Empty values count as not set.
 * Throws ConfigError with one sentence for every variable at fault; secrets are masked.
 */
export function readConfig(environment: Readonly<Record<string, string | undefined>>): Config {
  const given = Object.fromEntries(
    CONFIG_VARIABLES.map((name) => [name, environment[name]?.trim()]).filter(([, value]) => value),
  );
  const result = environmentSchema.safeParse(given);
  if (!result.success) throw new ConfigError(result.error.issues.map((issue) => problemOf(issue, given)));
  return toConfig(result.data);
}

function toConfig(env: z.infer<typeof environmentSchema>): Config {
  return Object.freeze({
    discord: env.DISCORD_TOKEN ? { token: env.DISCORD_TOKEN, apiBase: env.DISCORD_API_BASE ?? null } : null,
    dataDir: resolve(env.DATA_DIR.replace(/^~(?=\/|$)/, homedir())),
    model: env.MODEL,
    device: env.DEVICE,
    logLevel: env.LOG_LEVEL,
    playgroundPort: env.PLAYGROUND_PORT,
    healthPort: env.HEALTH_PORT,
    ownerIds: env.OWNER_IDS?.split(',').map((id) => id.trim()) ?? [],
    queue: {
      concurrency: env.CONCURRENCY,
      maxWaiting: env.MAX_WAITING,
      perUserWaiting: env.PER_USER_WAITING,
      perGuildWaiting: env.PER_GUILD_WAITING,
      perUserPerHour: env.PER_USER_PER_HOUR,
      startsPerMinute: env.STARTS_PER_MINUTE,
    },
    engine: { maxRssBytes: env.ENGINE_MAX_RSS_MB * MEBIBYTE, recycleAfter: env.ENGINE_RECYCLE_AFTER },
    retentionDays: env.RETENTION_DAYS,
  });
}

function wholeNumber(min: number, max: number): z.ZodCoercedNumber<string> {
  const message = `expected a whole number from ${min} to ${max}`;
  return z.coerce.number<string>(message).int(message).min(min, message).max(max, message);
}

function problemOf(issue: { path: PropertyKey[]; message: string }, given: Record<string, unknown>): string {
  const name = String(issue.path[0]);
  const value = SECRET_VARIABLES.has(name) ? '(hidden)' : JSON.stringify(given[name]);
  return `${name}: ${issue.message}, got ${value}`;
}
