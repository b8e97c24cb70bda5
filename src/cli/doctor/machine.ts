import type { ThreadLimits } from '../../openvino/threads.ts';
import type { Finding } from './finding.ts';

const WANTED_NODE_MAJOR = 24;

/** `version`: without the v, such as "24.21.0". */
export function checkNode(version: string): Finding {
  const about = 'Node';
  if (Number.parseInt(version, 10) >= WANTED_NODE_MAJOR) return { kind: 'ok', about, detail: version };
  return {
    kind: 'failure',
    about,
    detail: `expected ${WANTED_NODE_MAJOR} or later, got ${version}`,
    fix: 'Start Riff through npm (npm start, npm run -s riff -- …): that brings its own Node.',
  };
}

export function describeThreads({ affinity, quota, allowed }: ThreadLimits): Finding {
  const limit = quota === null ? 'no quota' : `a quota of ${quota} CPUs`;
  const detail = `${allowed} (${affinity} by affinity, ${limit})`;
  if (allowed > 1) return { kind: 'ok', about: 'Threads', detail };
  return {
    kind: 'warning',
    about: 'Threads',
    detail,
    fix: 'Rendering will be slow: give the container or the process more CPUs.',
  };
}
