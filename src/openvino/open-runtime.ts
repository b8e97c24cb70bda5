import { messageOf, RiffError } from '../errors.ts';
import { cacheFolder, locateLibraries } from './locate.mjs';
import type { Runtime } from './runtime.ts';

export type Binding = Runtime['binding'];

export const BINDINGS: readonly Binding[] = ['openvino-node', 'c-api'];

export interface OpenRuntimeOptions {
  /** Only this one; OPENVINO_BINDING says the same from outside. */
  readonly binding?: Binding;
  readonly env?: NodeJS.ProcessEnv;
}

/**
 * Opens the first binding that loads, openvino-node before the C library.
 * Throws RiffError('openvino_missing') that lists what was tried and the ways out, and RiffError('invalid_config')
 * when OPENVINO_BINDING names no binding.
 */
export async function openRuntime(options: OpenRuntimeOptions = {}): Promise<Runtime> {
  const env = options.env ?? process.env;
  const failures: string[] = [];
  for (const binding of wantedBindings(options.binding, env)) {
    try {
      return await openBinding(binding, env);
    } catch (error) {
      failures.push(`${binding}: ${messageOf(error)}`);
    }
  }
  throw new RiffError('openvino_missing', missingMessage(failures, env));
}

/** Opens one binding, or throws with the reason why it is not there. */
export async function openBinding(binding: Binding, env: NodeJS.ProcessEnv = process.env): Promise<Runtime> {
  switch (binding) {
    case 'openvino-node': {
      const { openOpenVinoNode } = await import('./node-addon/open-openvino-node.ts');
      return openOpenVinoNode();
    }
    case 'c-api': {
      const { openCApi } = await import('./c-api/c-api-runtime.ts');
      return openFirst(openCApi, env);
    }
  }
}

function openFirst(open: (path: string) => Runtime, env: NodeJS.ProcessEnv): Runtime {
  const { usable, refused, searched } = locateLibraries(env);
  const failures = refused.map(({ path, version }) => `${path} is ${version}, older than 2026.4 or too new`);
  for (const { path } of usable) {
    try {
      return open(path);
    } catch (error) {
      failures.push(messageOf(error));
    }
  }
  const where = searched.length === 0 ? 'no usual folder exists' : `looked into ${searched.join(', ')}`;
  const reason = failures.length === 0 ? `libopenvino_c was not found (${where})` : failures.join('; ');
  const pointer = env.OPENVINO_LIB ? ` OPENVINO_LIB is ${env.OPENVINO_LIB}; nothing else was tried.` : '';
  throw new RiffError('openvino_missing', `${reason}.${pointer}`);
}

function wantedBindings(binding: Binding | undefined, env: NodeJS.ProcessEnv): readonly Binding[] {
  const wanted = binding ?? env.OPENVINO_BINDING;
  if (!wanted) return BINDINGS;
  const known = BINDINGS.filter((candidate) => candidate === wanted);
  if (known.length > 0) return known;
  throw new RiffError(
    'invalid_config',
    `Expected OPENVINO_BINDING to be ${BINDINGS.join(' or ')}, but it is "${wanted}"; correct it or leave it empty.`,
  );
}

function missingMessage(failures: readonly string[], env: NodeJS.ProcessEnv): string {
  return [
    'Expected OpenVINO 2026.4 or a later 2026 release, but no binding loads:',
    ...failures.map((failure) => `  - ${failure}`),
    'Ways out, any one of them:',
    `  - run "OPENVINO_BINDING=c-api node src/setup.mjs": it fetches OpenVINO with pip into ${cacheFolder(env)}`,
    '  - install OpenVINO and set OPENVINO_LIB to its libopenvino_c file or its folder',
    '  - with Node 21 or later, where the vendor\'s download is allowed: "npm install openvino-node"',
  ].join('\n');
}
