const FORM = 'expected postgres://USER:PASSWORD@HOST/DATABASE';

/** The problem of a configuration without DATABASE_URL. `reader`: what needs it. */
export function databaseUrlMissing(reader: string): string {
  return `DATABASE_URL: ${FORM} for "${reader}", got none; set it, or use "npm start", which needs no server`;
}

/** What pg understands as psql does. */
const SSL_MODES = ['disable', 'prefer', 'require', 'verify-ca', 'verify-full'];

/** What is wrong with the address of a PostgreSQL, without quoting it: it holds a password. Null: nothing. */
export function databaseUrlFault(text: string): string | null {
  if (!/^postgres(ql)?:\/\/\S+$/.test(text)) return FORM;
  const url = URL.parse(text);
  if (url === null || !isDecodable(url.hostname)) return `${FORM}, with % signs for special characters`;
  return parameterFault(url.searchParams);
}

/** pg ends the process on such a port, and takes an unknown sslmode for verify-full. */
function parameterFault(parameters: URLSearchParams): string | null {
  const port = parameters.get('port') ?? '1';
  if (!/^\d{1,5}$/.test(port) || Number(port) > 65_535) return 'expected a port from 1 to 65535';
  const mode = parameters.get('sslmode');
  if (mode !== null && !SSL_MODES.includes(mode)) return `expected sslmode to be ${SSL_MODES.join(', ')}`;
  return mode === 'verify-ca' && !parameters.get('sslrootcert')
    ? 'expected sslrootcert=FILE beside sslmode=verify-ca, or sslmode=verify-full'
    : null;
}

function isDecodable(text: string): boolean {
  try {
    decodeURIComponent(text);
    return true;
  } catch {
    return false;
  }
}
