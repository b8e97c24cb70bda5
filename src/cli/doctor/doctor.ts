import { fileURLToPath } from 'node:url';
import { openBinding } from '../../openvino/open-runtime.ts';
import type { Runtime } from '../../openvino/runtime.ts';
import { type ThreadLimits, threadLimits } from '../../openvino/threads.ts';
import { checkSettings } from './data-folder.ts';
import { type Finding, renderFindings } from './finding.ts';
import { checkNode, describeThreads } from './machine.ts';
import { checkModelFolder, findModelFolders } from './model-folders.ts';
import { checkBindings, checkDevice, type OpenBinding } from './openvino.ts';

const MODELS_FOLDER = fileURLToPath(new URL('../../../models', import.meta.url));

export interface DiagnoseOptions {
  readonly env?: NodeJS.ProcessEnv;
  /** Only this model; otherwise every one under models/. */
  readonly modelFolder?: string | undefined;
  readonly modelsFolder?: string;
  readonly nodeVersion?: string;
  readonly threads?: ThreadLimits;
  readonly open?: OpenBinding;
}

/** Looks at everything that a render needs. Never throws for what it finds: that is in the findings. */
export async function diagnose(options: DiagnoseOptions = {}): Promise<readonly Finding[]> {
  const { env = process.env, open = (binding) => openBinding(binding, env) } = options;
  const { findings, runtime } = await checkBindings(open, env.OPENVINO_BINDING);
  try {
    return [
      checkNode(options.nodeVersion ?? process.versions.node),
      describeThreads(options.threads ?? threadLimits()),
      ...(await checkSettings(env)),
      ...findings,
      ...(runtime === null ? [] : await checkDevice(runtime, env.DEVICE || 'CPU')),
      ...(await checkModels(options, runtime)),
    ];
  } finally {
    await runtime?.dispose();
  }
}

async function checkModels(options: DiagnoseOptions, runtime: Runtime | null): Promise<readonly Finding[]> {
  const { modelFolder, modelsFolder = MODELS_FOLDER } = options;
  const folders = modelFolder === undefined ? await findModelFolders(modelsFolder) : [modelFolder];
  if (folders.length > 0) return Promise.all(folders.map((folder) => checkModelFolder(folder, runtime)));
  const cure = 'Check the project out again, or convert a model into that folder with models/convert.py.';
  return [{ kind: 'failure', about: 'Models', detail: `no model in ${modelsFolder}`, cure }];
}

export interface DoctorOptions extends DiagnoseOptions {
  readonly json?: boolean;
  readonly stdout: { write(text: string): unknown };
}

/** Writes the findings and gives the exit code: 1 when something keeps Riff from working. */
export async function doctor({ json = false, stdout, ...options }: DoctorOptions): Promise<0 | 1> {
  const findings = await diagnose(options);
  const isHealthy = findings.every((finding) => finding.kind !== 'failure');
  stdout.write(json ? `${JSON.stringify({ isHealthy, findings }, null, 2)}\n` : renderFindings(findings));
  return isHealthy ? 0 : 1;
}
