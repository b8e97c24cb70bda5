import { resolve } from 'node:path';
import { z } from 'zod';
import { ConfigError, messageOf } from './errors.ts';
import { expandHome, modelCacheFolder } from './system/cache-folder.mjs';
import { databaseUrlFault } from './system/database-url.ts';
import { loadEnvText, readEnvText } from './system/env-file.mjs';
import { envWarnings } from './system/env-warnings.ts';
import {
  DEVICE_PATTERN,
  isSafeBase,
  readShards,
  type Shards,
  TOKEN_PATTERN,
  wholeNumber,
} from './system/setting-rules.ts';

/** Everything that the environment decides, checked once and frozen. `.env.example` documents each variable. */
export interface Config extends RenderConfig {
  readonly discord: { readonly token: string; readonly apiBase: string | null } | null;
  readonly dataDir: string;
  /** Null: the store is a file in `dataDir`. */
  readonly databaseUrl: string | null;
  readonly logLevel: LogLevel;
  readonly playgroundPort: number;
  readonly shards: Shards;
  /** 0 switches the health and metrics server off. */
  readonly healthPort: number;
  readonly ownerIds: readonly string[];
  readonly queue: QueueConfig;
  readonly engine: EngineConfig;
  /** 0 keeps results and prompts for ever. */
  readonly retentionDays: number;
}

/** The part that a render needs, in the bot's engine and in the terminal. */
export interface RenderConfig {
  /** A folder under models/ or a path. */
  readonly model: string;
  readonly device: string;
  readonly openvino: OpenVinoConfig;
  /** Null: what OpenVINO compiled is not kept. */
  readonly modelCache: ModelCacheConfig | null;
}

export interface OpenVinoConfig {
  /** Null: the first that opens. */
  readonly binding: Binding | null;
  /** OpenVINO's C library or its folder; null: the usual places. */
  readonly library: string | null;
}

export interface ModelCacheConfig {
  readonly folder: string;
  readonly maxBytes: number;
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

export const BINDINGS = ['openvino-node', 'c-api'] as const;
export type Binding = (typeof BINDINGS)[number];

export const DEFAULTS = { model: 'riff-mini', device: 'CPU', modelCacheMb: 2048 } as const;

const SECRET_VARIABLES = new Set(['DISCORD_TOKEN', 'DATABASE_URL']);
const MEBIBYTE = 1024 * 1024;
const environmentSchema = z.object({
  DISCORD_TOKEN: z
    .string()
    .regex(TOKEN_PATTERN, 'expected a bot token as the developer portal shows it (three parts with dots)')
    .optional(),
  DISCORD_API_BASE: z
    .string()
    .refine(isSafeBase, 'expected an https URL, or http on this machine such as http://127.0.0.1:8787/api')
    .optional(),
  DATA_DIR: z.string().default('data'),
  DATABASE_URL: z
    .string()
    .check(({ value, issues }) => {
      const message = databaseUrlFault(value);
      if (message !== null) issues.push({ code: 'custom', input: value, message });
    })
    .optional(),
  MODEL: z.string().default(DEFAULTS.model),
  DEVICE: z
    .string()
    .regex(DEVICE_PATTERN, 'expected an OpenVINO device such as CPU, GPU.0, AUTO or HETERO:GPU,CPU')
    .default(DEFAULTS.device),
  OPENVINO_BINDING: z.enum(BINDINGS, `expected ${BINDINGS.join(' or ')}`).optional(),
  OPENVINO_LIB: z.string().optional(),
  MODEL_CACHE_MB: wholeNumber(0, 1_048_576).default(DEFAULTS.modelCacheMb),
  LOG_LEVEL: z.enum(LOG_LEVELS, `expected one of ${LOG_LEVELS.join(', ')}`).default('info'),
  PLAYGROUND_PORT: wholeNumber(0, 65_535).default(8787),
  SHARDS: z.string().default('auto').transform(readShards),
  HEALTH_PORT: wholeNumber(0, 65_535).default(0),
  OWNER_IDS: z
    .string()
    .regex(/^\d{15,20}(\s*,\s*\d{15,20})*$/, 'expected Discord user ids separated by commas')
    .optional(),
  CONCURRENCY: wholeNumber(1, 16).default(1),
  MAX_WAITING: wholeNumber(1, 1000).default(200),
  PER_USER_WAITING: wholeNumber(1, 1000).default(4),
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
 * Puts the variables of .env into the environment; those that are set already win. Returns a sentence for every line
 * that has no effect. Throws ConfigError for a file that is not text.
 */
export function loadEnvironment(
  file = resolve('.env'),
  environment: NodeJS.ProcessEnv = process.env,
): readonly string[] {
  try {
    const text = readEnvText(file);
    loadEnvText(text, environment);
    return envWarnings(text, CONFIG_VARIABLES);
  } catch (error) {
    throw new ConfigError([messageOf(error)]);
  }
}

type Environment = Readonly<Record<string, string | undefined>>;

/**
 * Reads the environment once. Empty values count as not set. `check` returns a sentence for every problem with what the
 * values point at, such as a model's folder.
 * Throws ConfigError with one sentence for every invalid variable; secrets are masked.
 */
export function readConfig(
  environment: Environment,
  check: (config: Config) => readonly string[] = () => [],
): Config {
  const { config, problems } = inspectConfig(environment);
  const told = new Set(problems.map(variableOf));
  const all = [...problems, ...check(config).filter((problem) => !told.has(variableOf(problem)))];
  if (all.length > 0) throw new ConfigError(all);
  return Object.freeze(config);
}

/** The same for callers that only render; invalid variables of the bot are ignored. */
export function readRenderConfig(environment: Environment): RenderConfig {
  return toRenderConfig(parse(renderSchema, environment), environment);
}

const openVinoSchema = environmentSchema.pick({ OPENVINO_BINDING: true, OPENVINO_LIB: true });

/** For callers that only open OpenVINO. */
export function readOpenVinoConfig(environment: Environment = process.env): OpenVinoConfig {
  return toOpenVinoConfig(parse(openVinoSchema, environment), environment);
}

function toOpenVinoConfig(env: z.infer<typeof openVinoSchema>, environment: Environment): OpenVinoConfig {
  const { OPENVINO_BINDING: binding = null, OPENVINO_LIB: library } = env;
  return { binding, library: library === undefined ? null : expandHome(library, environment) };
}

const renderSchema = environmentSchema.pick({
  MODEL: true,
  DEVICE: true,
  OPENVINO_BINDING: true,
  OPENVINO_LIB: true,
  MODEL_CACHE_MB: true,
});

/**
 * The valid part of the environment, with defaults for the rest, and a sentence for every invalid variable.
 * For `doctor`, which only inspects settings.
 */
export function inspectConfig(environment: Environment): {
  readonly config: Config;
  readonly problems: readonly string[];
} {
  const given = givenIn(environment);
  const result = environmentSchema.safeParse(given);
  if (result.success) return { config: toConfig(result.data, environment), problems: [] };
  const { issues } = result.error;
  const atFault = new Set(issues.map(({ path }) => path[0]));
  const sound = Object.fromEntries(Object.entries(given).filter(([name]) => !atFault.has(name)));
  const config = toConfig(environmentSchema.parse(sound), environment);
  return { config, problems: issues.map((issue) => problemOf(issue, given)) };
}

function givenIn(environment: Environment): Record<string, string> {
  const trimmed = CONFIG_VARIABLES.map((name) => [name, environment[name]?.trim()]);
  return Object.fromEntries(trimmed.filter(([, value]) => value));
}

function parse<T>(schema: z.ZodType<T>, environment: Environment): T {
  const given = givenIn(environment);
  const result = schema.safeParse(given);
  if (result.success) return result.data;
  throw new ConfigError(result.error.issues.map((issue) => problemOf(issue, given)));
}

function toRenderConfig(env: z.infer<typeof renderSchema>, environment: Environment): RenderConfig {
  return {
    model: env.MODEL,
    device: env.DEVICE,
    openvino: toOpenVinoConfig(env, environment),
    modelCache:
      env.MODEL_CACHE_MB === 0
        ? null
        : { folder: modelCacheFolder(environment), maxBytes: env.MODEL_CACHE_MB * MEBIBYTE },
  };
}

function toConfig(env: z.infer<typeof environmentSchema>, environment: Environment): Config {
  return {
    ...toRenderConfig(env, environment),
    discord: env.DISCORD_TOKEN ? { token: env.DISCORD_TOKEN, apiBase: env.DISCORD_API_BASE ?? null } : null,
    dataDir: resolve(expandHome(env.DATA_DIR, environment)),
    databaseUrl: env.DATABASE_URL ?? null,
    logLevel: env.LOG_LEVEL,
    playgroundPort: env.PLAYGROUND_PORT,
    shards: env.SHARDS,
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
  };
}

/** Of a sentence about it; one that is wrong counts as not set for those that look at the rest. */
function variableOf(problem: string): string {
  return problem.slice(0, problem.indexOf(':'));
}

function problemOf(issue: { path: PropertyKey[]; message: string }, given: Record<string, unknown>): string {
  const name = String(issue.path[0]);
  const value = SECRET_VARIABLES.has(name) ? '(hidden)' : JSON.stringify(given[name]);
  return `${name}: ${issue.message}, got ${value}`;
}
