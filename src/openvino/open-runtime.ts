import { BINDINGS, type Binding, type OpenVinoConfig, readOpenVinoConfig } from '../config.ts';
import { messageOf, RiffError } from '../errors.ts';
import { cacheFolder, locateLibraries } from './locate.mjs';
import type { Runtime } from './runtime.ts';

/**
 * Opens the first binding that loads, openvino-node before the C library.
 * Throws RiffError('openvino_missing') that lists what was tried and how to fix it.
 */
export async function openRuntime(config: OpenVinoConfig = readOpenVinoConfig()): Promise<Runtime> {
  const failures: string[] = [];
  for (const binding of config.binding === null ? BINDINGS : [config.binding]) {
    try {
      return await openBinding(binding, config.library);
    } catch (error) {
      failures.push(`${binding}: ${messageOf(error)}`);
    }
  }
  throw new RiffError('openvino_missing', missingMessage(failures));
}

/**
 * Opens one binding. Throws RiffError('openvino_missing') with the reason if it cannot be opened.
 * `library`: OpenVINO's C library or its folder; null: the usual folders are searched.
 */
export async function openBinding(
  binding: Binding,
  library: string | null = readOpenVinoConfig().library,
): Promise<Runtime> {
  switch (binding) {
    case 'openvino-node': {
      const { openOpenVinoNode } = await import('./node-addon/open-openvino-node.ts');
      return openOpenVinoNode();
    }
    case 'c-api': {
      const { openCApi } = await import('./c-api/c-api-runtime.ts');
      return openFirst(openCApi, library);
    }
  }
}

function openFirst(open: (path: string) => Runtime, library: string | null): Runtime {
  const { usable, refused, searched } = locateLibraries({
    ...process.env,
    OPENVINO_LIB: library ?? undefined,
  });
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
  const pointer = library === null ? '' : ` OPENVINO_LIB is ${library}; nothing else was tried.`;
  throw new RiffError('openvino_missing', `${reason}.${pointer}`);
}

function missingMessage(failures: readonly string[]): string {
  return [
    'OpenVINO: expected 2026.4 or a later 2026 release, got no binding that loads:',
    ...failures.map((failure) => `  - ${failure}`),
    'To fix it, do one of these:',
    `  - run "OPENVINO_BINDING=c-api node src/setup.mjs": it fetches OpenVINO with pip into ${cacheFolder(process.env)}`,
    '  - install OpenVINO and set OPENVINO_LIB to its libopenvino_c file or its folder',
    '  - with Node 21 or later, where the vendor\'s download is allowed: "npm install openvino-node"',
  ].join('\n');
}
