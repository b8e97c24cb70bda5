import { readdirSync, renameSync, rmSync, type Stats, statSync, writeFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';
import type { ModelCacheConfig } from '../config.ts';
import { withLock } from '../system/file-lock.mjs';
import { makePrivateFolder } from '../system/private-folder.mjs';
import { isProcessAlive } from '../system/process-alive.mjs';

const LEASE = 'in-use-by-';
const EVICTED = '.evicted-';
/** The lock is held for a few system calls only. */
const LOCK_ABANDONED_AFTER_MS = 10_000;
/** How long a lease of another host counts, since its process cannot be checked. */
const FOREIGN_LEASE_MS = 24 * 60 * 60 * 1000;

/** A folder of the cache, with one part of a model compiled for one set of options. */
export interface CacheEntry {
  readonly path: string;
  readonly bytes: number;
  readonly lastUsedMs: number;
  /** Used by a live process, which may have the files mapped into its memory. */
  readonly isInUse: boolean;
}

/**
 * Creates or finds an entry, marks it as in use while this process lives, and returns its path. Removes the siblings
 * that are outdated. Throws if the cache cannot be written.
 */
export async function leaseEntry(
  root: string,
  group: string,
  name: string,
  isOutdated: (sibling: string) => boolean,
): Promise<string> {
  const parent = join(root, group);
  const path = join(parent, name);
  makePrivateFolder(root);
  const evicted = inLock(root, () => {
    makePrivateFolder(path);
    writeFileSync(join(path, ownLease()), '');
    const outdated = namesIn(parent).filter(isOutdated);
    return evict(
      root,
      outdated.map((sibling) => entryAt(join(parent, sibling))),
    );
  });
  await clear(evicted);
  return path;
}

/** Removes an entry unless another process uses it. */
export async function dropEntry(root: string, path: string): Promise<void> {
  const evicted = inLock(root, () => {
    rmSync(join(path, ownLease()), { force: true });
    return evict(root, [entryAt(path)]);
  });
  await clear(evicted);
}

/** Removes the least recently used entries until the rest fits; entries in use stay. */
export async function trimCache({ folder: root, maxBytes }: ModelCacheConfig): Promise<void> {
  try {
    const evicted = inLock(root, () => evict(root, tooMuch(listEntries(root), maxBytes)));
    // Left by processes that were killed during a removal.
    const left = namesIn(root).filter((name) => name.startsWith(EVICTED));
    await clear([...evicted, ...left.map((name) => join(root, name))]);
  } catch {
    // A cache that cannot be written does not grow.
  }
}

export function listEntries(root: string): readonly CacheEntry[] {
  const groups = namesIn(root).filter((name) => !name.startsWith('.'));
  return groups.flatMap((group) =>
    namesIn(join(root, group)).map((name) => entryAt(join(root, group, name))),
  );
}

function tooMuch(entries: readonly CacheEntry[], maxBytes: number): readonly CacheEntry[] {
  let bytes = entries.reduce((sum, entry) => sum + entry.bytes, 0);
  const removable = entries.filter(({ isInUse }) => !isInUse).sort((a, b) => a.lastUsedMs - b.lastUsedMs);
  const chosen: CacheEntry[] = [];
  for (const entry of removable) {
    if (bytes <= maxBytes) break;
    bytes -= entry.bytes;
    chosen.push(entry);
  }
  return chosen;
}

/** Renames the entries under the lock, so that no process starts to use them, and deletes them afterwards. */
function evict(root: string, entries: readonly CacheEntry[]): readonly string[] {
  return entries
    .filter(({ isInUse }) => !isInUse)
    .map(({ path }, index) => {
      const aside = join(root, `${EVICTED}${process.pid}-${Date.now()}-${index}`);
      renameSync(path, aside);
      return aside;
    });
}

async function clear(paths: readonly string[]): Promise<void> {
  await Promise.all(paths.map((path) => rm(path, { recursive: true, force: true }).catch(() => {})));
}

function entryAt(path: string): CacheEntry {
  const files = namesIn(path).flatMap((name) => {
    const stats = statSync(join(path, name), { throwIfNoEntry: false });
    return stats === undefined ? [] : [{ name, stats }];
  });
  return {
    path,
    bytes: files.reduce((sum, { stats }) => sum + stats.size, 0),
    lastUsedMs: Math.max(0, ...files.map(({ stats }) => stats.mtimeMs)),
    isInUse: files.some(({ name, stats }) => isLiveLease(name, stats)),
  };
}

function isLiveLease(name: string, { mtimeMs }: Stats): boolean {
  if (!name.startsWith(LEASE)) return false;
  const [, host, pid] = /^(.*)-(\d+)$/.exec(name.slice(LEASE.length)) ?? [];
  if (host === encodeURIComponent(hostname())) return isProcessAlive(Number(pid));
  return Date.now() - mtimeMs < FOREIGN_LEASE_MS;
}

function ownLease(): string {
  return `${LEASE}${encodeURIComponent(hostname())}-${process.pid}`;
}

function inLock<T>(root: string, work: () => T): T {
  const options = { say: () => {}, abandonedAfterMs: LOCK_ABANDONED_AFTER_MS };
  return withLock(join(root, '.lock'), options, work);
}

/** Empty for anything but a folder. */
function namesIn(folder: string): readonly string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}
