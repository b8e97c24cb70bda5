import { readFileSync } from 'node:fs';

/** Reads a file of the system; undefined if it cannot be read. Tests pass their own contents. */
export type ReadText = (path: string) => string | undefined;

export const readSystemFile: ReadText = (path) => {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return undefined;
  }
};

export const CGROUP_ROOT = '/sys/fs/cgroup';

export interface ControlGroup {
  readonly version: 1 | 2;
  /** "/system.slice/riff.service", relative to the root of its cgroup version. */
  readonly path: string;
}

/** This process's control group for one controller and its parents; the smallest limit applies. */
export function controlGroups(readText: ReadText, controller: 'cpu' | 'memory'): ControlGroup[] {
  const memberships = (readText('/proc/self/cgroup') ?? '0::/').trim().split('\n');
  return memberships.flatMap((line): ControlGroup[] => {
    const [, controllers = '', path = '/'] = /^\d+:([^:]*):(.*)$/.exec(line) ?? [];
    if (controllers === '') return ancestors(path).map((group) => ({ version: 2, path: group }));
    if (!controllers.split(',').includes(controller)) return [];
    return ancestors(path).map((group) => ({ version: 1, path: group }));
  });
}

/** "/a/b" → "/a/b", "/a", "/". Inside a container the path may name a folder of the host; "/" is then its own. */
function ancestors(path: string): string[] {
  const parts = path.split('/').filter((part) => part !== '' && part !== '..');
  return Array.from(
    { length: parts.length + 1 },
    (_, dropped) => `/${parts.slice(0, parts.length - dropped).join('/')}`,
  );
}
