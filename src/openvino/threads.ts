import { availableParallelism } from 'node:os';
import { posix } from 'node:path';
import { CGROUP_ROOT, controlGroups, type ReadText, readSystemFile } from './control-groups.ts';

export interface ThreadLimits {
  /** CPUs that the scheduler lets this process use. */
  readonly affinity: number;
  /** CPU time per time that the control group grants, e.g. 1.5; null: no limit. */
  readonly quota: number | null;
  /** min(affinity, quota rounded up), at least 1. */
  readonly allowed: number;
}

/** How the machine is read; tests pass their own. */
export interface ThreadSources {
  readonly readText: ReadText;
  readonly affinity: () => number;
}

const CGROUP_V1_FOLDERS = ['cpu', 'cpu,cpuacct'];

/**
 * The number of threads for OpenVINO, which itself ignores control groups: in a container with a quota it would start
 * one thread per core of the host, far more than can run.
 */
export function allowedThreads(sources: ThreadSources = thisMachine): number {
  return threadLimits(sources).allowed;
}

export function threadLimits(sources: ThreadSources = thisMachine): ThreadLimits {
  const affinity = Math.max(1, sources.affinity());
  const quotas = cgroupQuotas(sources.readText);
  const quota = quotas.length === 0 ? null : Math.min(...quotas);
  return { affinity, quota, allowed: Math.max(1, Math.min(affinity, Math.ceil(quota ?? affinity))) };
}

/** The quota of this process's control group and its parents; the smallest applies. */
function cgroupQuotas(readText: ReadText): number[] {
  return controlGroups(readText, 'cpu').flatMap(({ version, path }) =>
    version === 2 ? quotaV2(readText, path) : quotaV1(readText, path),
  );
}

/** cpu.max holds "max 100000" or "150000 100000": microseconds granted in each period of microseconds. */
function quotaV2(readText: ReadText, group: string): number[] {
  const [quota, period] =
    readText(posix.join(CGROUP_ROOT, group, 'cpu.max'))
      ?.trim()
      .split(/\s+/) ?? [];
  return ratio(quota, period);
}

/** A quota of −1 means no limit. */
function quotaV1(readText: ReadText, group: string): number[] {
  return CGROUP_V1_FOLDERS.flatMap((folder) => {
    const file = (name: string) => readText(posix.join(CGROUP_ROOT, folder, group, name));
    return ratio(file('cpu.cfs_quota_us'), file('cpu.cfs_period_us'));
  });
}

function ratio(quota: string | undefined, period: string | undefined): number[] {
  const cpus = Number(quota) / Number(period);
  return Number.isFinite(cpus) && cpus > 0 ? [cpus] : [];
}

const thisMachine: ThreadSources = { affinity: availableParallelism, readText: readSystemFile };
