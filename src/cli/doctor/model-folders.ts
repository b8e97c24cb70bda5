import { statSync } from 'node:fs';
import { stat } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { readModelFolder, readScheduler } from '../../diffusion/model-folder/model-folder.ts';
import { schedulerWarnings } from '../../diffusion/schedulers/scheduler-config.ts';
import { messageOf } from '../../errors.ts';
import { noticeText } from '../../messages/notices.ts';
import { readManifest } from '../../model-library/manifest.ts';
import { PART_FOLDERS } from '../../model-library/stray-links.ts';
import type { BindingReport } from '../../openvino/inspect-binding.ts';
import type { ModelPorts } from '../../openvino/runtime.ts';
import type { Finding } from './finding.ts';

const SUBMODELS = ['text_encoder', 'unet', 'vae_decoder'];
const REQUIRED_FILES: readonly string[] = [
  'model_index.json',
  join('scheduler', 'scheduler_config.json'),
  ...SUBMODELS.flatMap((part) =>
    ['xml', 'bin'].map((extension) => join(part, `openvino_model.${extension}`)),
  ),
];
/** One of these sets has to be there. */
const TOKENIZER_FILES = [['tokenizer.json'], ['vocab.json', 'merges.txt']];

const FIX = 'Fetch or convert the model again (models/README.md), or copy the folder again.';

/** The graphs of a model that are ordinary files: OpenVINO would wait for ever on a pipe. */
export function graphsOf(folder: string): readonly string[] {
  return PART_FOLDERS.map((part) => join(folder, part, 'openvino_model.xml')).filter((path) =>
    statSync(path, { throwIfNoEntry: false })?.isFile(),
  );
}

type Graphs = Pick<BindingReport, 'ports' | 'unreadable'>;

/**
 * Reads a model as a render does, without compiling it. `graphs`: what OpenVINO read of it; null: there is no OpenVINO.
 * A fault is a failure if MODEL names the model (`isChosen`), otherwise a warning.
 */
export async function checkModelFolder(
  folder: string,
  graphs: Graphs | null = null,
  isChosen = true,
): Promise<Finding> {
  const about = `Model ${basename(folder)}`;
  const finding = await findFault(folder, about, graphs);
  if (finding === null) return samplingFinding(folder, about);
  return isChosen ? finding : { ...finding, kind: 'warning' };
}

type Fault = Exclude<Finding, { kind: 'ok' }>;

async function findFault(folder: string, about: string, graphs: Graphs | null): Promise<Fault | null> {
  const fault = (detail: string, fix: string): Fault => ({ kind: 'failure', about, detail, fix });
  const missing = await missingFiles(folder);
  if (missing.length > 0) return fault(`${folder} lacks ${missing.join(', ')}, or it is empty`, FIX);
  try {
    await readScheduler(folder);
  } catch (thrown) {
    return fault(messageOf(thrown), 'Use another model.');
  }
  try {
    if (graphs !== null) await readModelFolder({ readPorts: async (path) => portsOf(graphs, path) }, folder);
    return null;
  } catch (thrown) {
    return fault(messageOf(thrown), FIX);
  }
}

function portsOf({ ports, unreadable }: Graphs, path: string): ModelPorts {
  const found = ports[path];
  if (found) return found;
  throw new Error(unreadable[path] ?? 'one that was not read');
}

/** Warns of what a render with the model's own scheduler would warn of. */
async function samplingFinding(folder: string, about: string): Promise<Finding> {
  try {
    const { config, name } = await readScheduler(folder);
    const [note] = schedulerWarnings(config, name, name);
    if (note === undefined) {
      return { kind: 'ok', about, detail: `complete, in ${folder}${await fusedWords(folder)}` };
    }
    const fix = 'Listen whether it sounds as it should, or name another with --scheduler.';
    return { kind: 'warning', about, detail: `${noticeText(note, 'en')} (${folder})`, fix };
  } catch (thrown) {
    return { kind: 'failure', about, detail: messageOf(thrown), fix: 'Use another model.' };
  }
}

/** The LoRAs fused into its weights and the defaults that the model proposes; empty if there are none. */
async function fusedWords(folder: string): Promise<string> {
  const manifest = await readManifest(folder);
  if (!manifest?.loras?.length) return '';
  const loras = manifest.loras.map(
    ({ from, scale, licence }) => `${from} × ${scale} (${licence?.name ?? 'licence unknown'})`,
  );
  const { defaults } = manifest;
  const proposes =
    defaults &&
    `; proposes ${defaults.steps} steps by ${defaults.scheduler}, guidance ${defaults.guidanceScale}`;
  return `; fused with ${loras.join(', ')}${proposes ?? ''}`;
}

async function missingFiles(folder: string): Promise<readonly string[]> {
  const absent = async (names: readonly string[]) => {
    const there = await Promise.all(names.map((name) => isFile(join(folder, name))));
    return names.filter((_, index) => !there[index]);
  };
  const tokenizers = await Promise.all(
    TOKENIZER_FILES.map((names) => absent(names.map((name) => join('tokenizer', name)))),
  );
  const hasTokenizer = tokenizers.some((names) => names.length === 0);
  return [...(await absent(REQUIRED_FILES)), ...(hasTokenizer ? [] : (tokenizers[0] ?? []))];
}

async function isFile(path: string): Promise<boolean> {
  return stat(path).then(
    (stats) => stats.isFile() && stats.size > 0,
    () => false,
  );
}
