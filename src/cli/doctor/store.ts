import { statfs } from 'node:fs/promises';
import { join } from 'node:path';
import type { PostgresInspection } from '../../store/postgres/inspect-postgres.ts';
import { inspectStore } from '../../store/sqlite/inspect-store.ts';
import { STORE_FILE } from '../../store/sqlite/sqlite.ts';
import { nearestExisting, whyNotWritable } from '../user-files.ts';
import type { Finding } from './finding.ts';

const GIBIBYTE = 1024 ** 3;
/** Room for about a thousand riffs; with less, a warning. */
const WANTED_BYTES = GIBIBYTE;
/** With less, the store and the next riffs do not fit. */
const LEAST_BYTES = 32 * 1024 ** 2;

/** Checks the folder of DATA_DIR and, if `holdsStore`, the store in it. Changes nothing. */
export async function checkDataFolder(dataDir: string, holdsStore = true): Promise<readonly Finding[]> {
  const problem = await whyNotWritable(dataDir);
  if (problem !== null) {
    const detail = `DATA_DIR: expected a folder that can be written, got ${dataDir} (${problem})`;
    const fix = 'Change its permissions, free some space, or point DATA_DIR elsewhere.';
    return [{ kind: 'failure', about: 'Data', detail, fix }];
  }
  const space = await checkSpace(await nearestExisting(dataDir));
  return holdsStore ? [space, checkStore(join(dataDir, STORE_FILE))] : [space];
}

async function checkSpace(folder: string): Promise<Finding> {
  const { bavail, bsize } = await statfs(folder);
  const about = 'Disk';
  const detail = `${((bavail * bsize) / GIBIBYTE).toFixed(1)} GiB free at ${folder}`;
  if (bavail * bsize >= WANTED_BYTES) return { kind: 'ok', about, detail };
  const kind = bavail * bsize >= LEAST_BYTES ? 'warning' : 'failure';
  return { kind, about, detail, fix: 'Free some space, or lower RETENTION_DAYS.' };
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
      const fix = 'Check the disk. Riff runs without those changes.';
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

/** The finding about the store that DATABASE_URL names. */
export function describeDatabase(inspection: PostgresInspection): Finding {
  const about = 'Store';
  switch (inspection.kind) {
    case 'absent':
      return { kind: 'ok', about, detail: `${inspection.place}; the first start makes its tables` };
    case 'sound':
      return { kind: 'ok', about, detail: `sound, in ${inspection.place}` };
    case 'newer': {
      const { place, schema, known } = inspection;
      const detail = `${place} has schema ${schema}, this Riff knows ${known}`;
      return { kind: 'failure', about, detail, fix: 'Update Riff on this machine, or change DATABASE_URL.' };
    }
    case 'unreachable': {
      const fix = 'Until it answers no bot and no worker starts; without DATABASE_URL the store is a file.';
      return { kind: 'failure', about, detail: inspection.finding, fix };
    }
  }
}
