import type { Server } from 'node:http';
import { ConfigError } from '../errors.ts';

const REASONS: Readonly<Record<string, string>> = {
  EADDRINUSE: 'is taken, perhaps by a Riff that runs already',
  EACCES: 'needs more rights than this user has',
};

/** The ConfigError for a port that could not be opened, naming the variable that chose it; other errors as they are. */
export function portFault(variable: string, port: number, error: unknown): unknown {
  const reason = REASONS[(error as NodeJS.ErrnoException).code ?? ''];
  if (reason === undefined) return error;
  return new ConfigError([`${variable}: expected a free port, ${port} ${reason}; choose another`]);
}

/** Listens on 127.0.0.1; 0 takes any free port. Rejects with Node's error, such as EADDRINUSE. */
export function listenOnLoopback(server: Server, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', () => {
      server.off('error', reject);
      resolve();
    });
  });
}
