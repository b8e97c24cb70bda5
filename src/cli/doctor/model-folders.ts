import { readdir, stat } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { readScheduler } from '../../diffusion/model-folder/model-folder.ts';
import { schedulerWarnings } from '../../diffusion/schedulers/scheduler-config.ts';
import { messageOf } from '../../errors.ts';
import { readManifest } from '../../model-library/manifest.ts';
import type { Finding } from './finding.ts';

const SUBMODELS = ['text_encoder', 'unet', 'vae_decoder'];
const REQUIRED_FILES: readonly string[] = [
  'model_index.json',
  join('scheduler', 'scheduler_config.json'),
  ...SUBMODELS.flatMap((part) =>
    ['xml', 'bin'].map((extension) => join(part, `openvino_model.${extension}`)),
  ),
];
/** Either the one file or the pair. */
const TOKENIZER_FILES = [['tokenizer.json'], ['vocab.json', 'merges.txt']];

const FIX = 'Convert the model again with models/convert.py, or copy the folder again.';

/** The folders under models/ that call themselves a model. */
export async function findModelFolders(parent: string): Promise<readonly string[]> {
  const names = await readdir(parent).catch(() => []);
  const folders = names.map((name) => join(parent, name));
  const isModel = await Promise.all(folders.map((folder) => isFile(join(folder, 'model_index.json'))));
  return folders.filter((_, index) => isModel[index]);
}

/** The graphs that a render needs. */
export function graphsOf(folder: string): readonly string[] {
  return SUBMODELS.map((part) => join(folder, part, 'openvino_model.xml'));
}

/** Looks for the files of a model. `unreadable` is what OpenVINO says of its graphs, by path. */
export async function checkModelFolder(
  folder: string,
  unreadable: Readonly<Record<string, string>> = {},
): Promise<Finding> {
  const about = `Model ${basename(folder)}`;
  const missing = await missingFiles(folder);
  if (missing.length > 0) {
    return { kind: 'failure', about, detail: `${folder} lacks ${missing.join(', ')}`, fix: FIX };
  }
  const [problem] = graphsOf(folder).flatMap((path) => unreadable[path] ?? []);
  if (problem !== undefined) return { kind: 'failure', about, detail: problem, fix: FIX };
  return samplingFinding(folder, about);
}

/** What a render with the model's own scheduler would say of it. */
async function samplingFinding(folder: string, about: string): Promise<Finding> {
  try {
    const { config, name } = await readScheduler(folder);
    const [note] = schedulerWarnings(config, name, name);
    if (note === undefined) {
      return { kind: 'ok', about, detail: `complete, in ${folder}${await fusedWords(folder)}` };
    }
    const fix = 'Listen whether it sounds as it should, or name another with --scheduler.';
    return { kind: 'warning', about, detail: `${note} (${folder})`, fix };
  } catch (thrown) {
    return { kind: 'failure', about, detail: messageOf(thrown), fix: 'Use another model.' };
  }
}

/** Which LoRAs are in its weights, and how it is drawn with therefore; empty where there are none. */
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
