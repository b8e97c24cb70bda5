import type { Config, ModelCacheConfig } from '../../config.ts';
import { listEntries } from '../../openvino/cache-entries.ts';
import { whyNotWritable } from '../user-files.ts';
import type { Finding } from './finding.ts';

const MEBIBYTE = 1024 ** 2;

/** A finding for each problem of the settings, or one that they are sound. */
export function checkSettings({ discord }: Config, problems: readonly string[]): readonly Finding[] {
  const about = 'Settings';
  if (problems.length === 0) {
    const detail = discord ? 'sound; the bot goes live' : 'sound; no DISCORD_TOKEN: the playground';
    return [{ kind: 'ok', about, detail }];
  }
  const fix = 'Correct .env; .env.example explains every setting.';
  return problems.map((detail) => ({ kind: 'failure', about, detail, fix }));
}

/** Lines of .env that have no effect. */
export function describeEnvWarnings(warnings: readonly string[]): readonly Finding[] {
  const fix = 'Correct .env; .env.example lists every setting.';
  return warnings.map((detail) => ({ kind: 'warning', about: 'Settings', detail, fix }));
}

export async function checkModelCache(cache: ModelCacheConfig | null): Promise<Finding> {
  const about = 'Compiled models';
  if (cache === null) return { kind: 'ok', about, detail: 'not kept (MODEL_CACHE_MB is 0)' };
  const problem = await whyNotWritable(cache.folder);
  if (problem !== null) {
    const detail = `they cannot be kept in ${cache.folder} (${problem}), so every start compiles the model again`;
    const fix = 'Make that folder writable, or set XDG_CACHE_HOME to one that is.';
    return { kind: 'warning', about, detail, fix };
  }
  const bytes = listEntries(cache.folder).reduce((sum, entry) => sum + entry.bytes, 0);
  const inMebibytes = (count: number) => `${Math.ceil(count / MEBIBYTE)} MiB`;
  const detail = `${inMebibytes(bytes)} of at most ${inMebibytes(cache.maxBytes)} in ${cache.folder}`;
  return { kind: 'ok', about, detail };
}
