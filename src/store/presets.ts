import { messageOf } from '../errors.ts';
import type { PresetOwner, PresetStore, QueueLog } from '../queue/ports.ts';
import { type NamedPreset, parsePreset } from '../riff/preset.ts';
import type { SqlDatabase } from './sql.ts';

const OF_OWNER = 'owner_kind = :kind AND owner_id = :id';
const LIST = `SELECT name, request FROM presets WHERE ${OF_OWNER} ORDER BY name`;
const COUNT_OTHERS = `SELECT count(*) AS count FROM presets WHERE ${OF_OWNER} AND name <> :name`;
const SAVE = `
  INSERT INTO presets (owner_kind, owner_id, name, request) VALUES (:kind, :id, :name, :request)
  ON CONFLICT (owner_kind, owner_id, name) DO UPDATE SET request = excluded.request`;
const REMOVE = `DELETE FROM presets WHERE ${OF_OWNER} AND name = :name`;

interface PresetRow {
  readonly name: string;
  readonly request: string;
}

export class SqlPresets implements PresetStore {
  readonly #db: SqlDatabase;
  readonly #log: Pick<QueueLog, 'error'>;

  constructor(database: SqlDatabase, log: Pick<QueueLog, 'error'>) {
    this.#db = database;
    this.#log = log;
  }

  async list(owner: PresetOwner): Promise<readonly NamedPreset[]> {
    const rows = await this.#db.all<PresetRow>(LIST, keyOf(owner));
    return rows.flatMap((row) => this.#read(owner, row));
  }

  save(owner: PresetOwner, { name, preset }: NamedPreset, most: number): Promise<'saved' | 'full'> {
    const key = { ...keyOf(owner), name };
    return this.#db.transactAlone(async (tx) => {
      const others = await tx.get<{ readonly count: number }>(COUNT_OTHERS, key);
      if ((others?.count ?? 0) >= most) return 'full';
      await tx.run(SAVE, { ...key, request: JSON.stringify(preset) });
      return 'saved';
    });
  }

  async remove(owner: PresetOwner, name: string): Promise<boolean> {
    return (await this.#db.run(REMOVE, { ...keyOf(owner), name })) > 0;
  }

  #read(owner: PresetOwner, { name, request }: PresetRow): readonly NamedPreset[] {
    try {
      return [{ name, preset: parsePreset(JSON.parse(request)) }];
    } catch (error) {
      this.#log.error(
        { ...owner, error: messageOf(error) },
        'a stored preset cannot be read, it is left out',
      );
      return [];
    }
  }
}

function keyOf(owner: PresetOwner): { readonly kind: PresetOwner['kind']; readonly id: string } {
  return { kind: owner.kind, id: owner.kind === 'user' ? owner.userId : owner.guildId };
}
