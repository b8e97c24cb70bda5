import { access, constants, stat, statfs } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { messageOf } from '../../errors.ts';
import { inspectStore } from '../../store/sqlite/inspect-store.ts';
import { STORE_FILE } from '../../store/sqlite/sqlite.ts';
import type { Finding } from './finding.ts';

const GIBIBYTE = 1024 ** 3;
/** About a thousand riffs. */
const WANTED_BYTES = GIBIBYTE;

/** Checks the folder of DATA_DIR without changing anything. */
export async function checkDataFolder(dataDir: string): Promise<readonly Finding[]> {
  try {
    const folder = await nearest(dataDir);
    if (!(await stat(folder)).isDirectory()) throw new Error(`${folder} is no folder`);
    await access(folder, constants.W_OK);
    return [await checkSpace(folder), checkStore(join(dataDir, STORE_FILE))];
  } catch (error) {
    const fix = 'Change its permissions, or point DATA_DIR elsewhere.';
    return [{ kind: 'failure', about: 'Data', detail: messageOf(error), fix }];
  }
}

async function checkSpace(folder: string): Promise<Finding> {
  const { bavail, bsize } = await statfs(folder);
  const about = 'Disk';
  const detail = `${((bavail * bsize) / GIBIBYTE).toFixed(1)} GiB free at ${folder}`;
  if (bavail * bsize >= WANTED_BYTES) return { kind: 'ok', about, detail };
  return { kind: 'warning', about, detail, fix: 'Free some space, or lower RETENTION_DAYS.' };
}

function checkStore(path: string): Finding {
  const about = 'Store';
  const inspection = inspectStore(path);
  switch (inspection.kind) {
    case 'absent':
      return { kind: 'ok', about, detail: `none yet; the first start makes ${path}` };
    case 'sound':
      return { kind: 'ok', about, detail: `sound, in ${path}` };
    case 'lossy': {
      const fix = 'Look after the disk. Riff goes on without those changes.';
      return { kind: 'warning', about, detail: inspection.finding, fix };
    }
    case 'newer': {
      const detail = `${path} has schema ${inspection.schema}, this Riff knows ${inspection.known}`;
      return { kind: 'failure', about, detail, fix: 'Update Riff, or point DATA_DIR elsewhere.' };
    }
    case 'damaged': {
      const fix =
        'Stop the bot and put a copy made by "riff backup" in its place, or move it and its -wal and -shm files away.';
      return { kind: 'failure', about, detail: `${path} is damaged: ${inspection.finding}`, fix };
    }
  }
}

/** The path itself, or what is there of the way to it. */
async function nearest(path: string): Promise<string> {
  const isThere = await stat(path).then(
    () => true,
    () => false,
  );
  return isThere || dirname(path) === path ? path : nearest(dirname(path));
}
