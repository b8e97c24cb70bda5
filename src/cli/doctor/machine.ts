import { createServer } from 'node:http';
import type { Config } from '../../config.ts';
import { ConfigError, messageOf } from '../../errors.ts';
import type { ThreadLimits } from '../../openvino/threads.ts';
import { listenOnLoopback, portFault } from '../../operations/loopback-port.ts';
import type { Finding } from './finding.ts';

const WANTED_NODE_MAJOR = 24;

/** `version`: without the v, such as "24.21.0". */
export function checkNode(version: string): Finding {
  const about = 'Node';
  if (Number.parseInt(version, 10) >= WANTED_NODE_MAJOR) return { kind: 'ok', about, detail: version };
  return {
    kind: 'failure',
    about,
    detail: `expected ${WANTED_NODE_MAJOR} or later, got ${version}`,
    fix: 'Start Riff through npm (npm start, npm run -s riff -- …): that brings its own Node.',
  };
}

export function describeThreads({ affinity, quota, allowed }: ThreadLimits): Finding {
  const limit = quota === null ? 'no quota' : `a quota of ${quota} CPUs`;
  const detail = `${allowed} (${affinity} by affinity, ${limit})`;
  if (allowed > 1) return { kind: 'ok', about: 'Threads', detail };
  return {
    kind: 'warning',
    about: 'Threads',
    detail,
    fix: 'Rendering will be slow: give the container or the process more CPUs.',
  };
}

/** Looks at the environment that the process was started with: Node reads proxy variables before .env is loaded. */
export function checkProxy(env: NodeJS.ProcessEnv): readonly Finding[] {
  const proxy = env.HTTPS_PROXY || env.https_proxy;
  if (!proxy) return [];
  const about = 'Proxy';
  if (env.NODE_USE_ENV_PROXY === '1') {
    return [{ kind: 'ok', about, detail: "Discord's REST API uses it, the gateway does not" }];
  }
  const fix =
    'Set NODE_USE_ENV_PROXY=1 in the shell or the service if discord.com is reached only through the proxy; the gateway cannot use one.';
  return [{ kind: 'warning', about, detail: 'HTTPS_PROXY is set, and the bot does not use it', fix }];
}

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
  return fault instanceof ConfigError ? fault.problems.join('; ') : messageOf(fault);
}
