import type { PostgresInspection } from '../../store/postgres/inspect-postgres.ts';
import type { Finding } from './finding.ts';

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
