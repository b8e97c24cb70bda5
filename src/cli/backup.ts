import { existsSync } from 'node:fs';
import { rename, rm, stat } from 'node:fs/promises';
import type { Command } from 'commander';
import { readConfig } from '../config.ts';
import { UserError } from '../errors.ts';
import { openStore } from '../store/sqlite/sqlite.ts';
import { requireStore } from './store.ts';
import { checkOutput } from './user-files.ts';

export function addBackup(program: Command): void {
  program
    .command('backup')
    .description(
      'copy the store (in DATA_DIR) into a new file, also while the bot runs; leaves out pictures and sounds',
    )
    .argument('<file>', 'the copy; its name ends in .db')
    .action(backup);
}

/** To restore it, stop the bot, remove riff.db, riff.db-wal and riff.db-shm, and copy the file there as riff.db. */
async function backup(file: string): Promise<void> {
  const { dataDir, databaseUrl } = readConfig(process.env);
  if (databaseUrl !== null)
    throw new UserError(
      'backup: expected a store in DATA_DIR, it is in PostgreSQL (DATABASE_URL); use pg_dump',
    );
  const target = await checkOutput('backup', file, '.db');
  if (existsSync(target))
    throw new UserError(`backup: expected a file that is not there yet, got ${target}; give another path`);
  requireStore({ dataDir });
  const database = openStore(dataDir);
  const unfinished = `${target}.${process.pid}.part`;
  try {
    await database.backup(unfinished);
    await rename(unfinished, target);
  } finally {
    database.close();
    await rm(unfinished, { force: true });
  }
  console.log(`${target}: ${(await stat(target)).size} bytes`);
}
