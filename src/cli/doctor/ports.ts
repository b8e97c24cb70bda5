import { createServer } from 'node:http';
import type { Config } from '../../config.ts';
import { messageOf } from '../../errors.ts';
import { listenOnLoopback, portFault } from '../../operations/loopback-port.ts';
import type { Finding } from './finding.ts';

/** Rejects as listening on the port does. */
export type TryPort = (port: number) => Promise<void>;

export async function tryPort(port: number): Promise<void> {
  const server = createServer();
  await listenOnLoopback(server, port);
  await new Promise((resolve) => server.close(resolve));
}

/** Tries the ports that a start would listen on. A taken one is only a warning, since a running Riff may hold it. */
export async function checkPorts(
  { discord, playgroundPort, healthPort }: Config,
  attempt: TryPort,
): Promise<readonly Finding[]> {
  const wanted = {
    ...(discord === null && { PLAYGROUND_PORT: playgroundPort }),
    HEALTH_PORT: healthPort,
  };
  const fix = 'If this Riff is running, ignore it; otherwise choose another port or end the other program.';
  const findings = Object.entries(wanted).map(async ([variable, port]): Promise<readonly Finding[]> => {
    if (port === 0) return [];
    const problem = await attempt(port).then(
      () => null,
      (error: unknown) => portSentence(variable, port, error),
    );
    return problem === null ? [] : [{ kind: 'warning', about: 'Ports', detail: problem, fix }];
  });
  return (await Promise.all(findings)).flat();
}

function portSentence(variable: string, port: number, error: unknown): string {
  const fault = portFault(variable, port, error);
  return fault instanceof Error && 'problems' in fault ? String(fault.problems) : messageOf(fault);
}
