import { fileURLToPath } from 'node:url';
import { messageOf, RiffError } from '../../errors.ts';
import type { Runtime } from '../runtime.ts';
import type { OpenVinoAddon } from './addon.ts';
import { NodeAddonRuntime } from './node-addon-runtime.ts';

/** Not a literal in the import, so that the compiler does not look for the optional package's types. */
const PACKAGE: string = 'openvino-node';

/** Throws RiffError('openvino_missing') if the package or its native part is missing or too old. */
export async function openOpenVinoNode(): Promise<Runtime> {
  return new NodeAddonRuntime(addonOf(await importPackage()), location());
}

async function importPackage(): Promise<unknown> {
  try {
    return await import(PACKAGE);
  } catch (error) {
    throw new RiffError('openvino_missing', reasonOf(error), { cause: error });
  }
}

function reasonOf(error: unknown): string {
  const message = messageOf(error).split('\n')[0] ?? '';
  if (message.includes('ov_node_addon.node') && message.includes('Cannot find')) {
    return 'the package is installed, but its native part is not: the download after installation was refused or skipped';
  }
  return message.includes(`Cannot find package '${PACKAGE}'`) ? 'the package is not installed' : message;
}

function addonOf(module: unknown): OpenVinoAddon {
  if (hasAddon(module)) return module.addon;
  throw new RiffError('openvino_missing', 'the package does not export an addon with Core and Tensor');
}

function hasAddon(module: unknown): module is { addon: OpenVinoAddon } {
  if (typeof module !== 'object' || module === null || !('addon' in module)) return false;
  const { addon } = module;
  return typeof addon === 'object' && addon !== null && 'Core' in addon && 'Tensor' in addon;
}

function location(): string {
  try {
    return fileURLToPath(import.meta.resolve(PACKAGE));
  } catch {
    return PACKAGE;
  }
}
