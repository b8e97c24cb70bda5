import { join } from 'node:path';
import { inspectConfig } from '../../config.ts';
import { installedNames } from '../../model-library/installed-models.ts';
import { locateModel, MODELS_FOLDER, modelProblems } from '../../model-library/locate-model.ts';
import { probeBinding } from '../../openvino/probe-binding.mjs';
import { type ThreadLimits, threadLimits } from '../../openvino/threads.ts';
import { inspectPostgres } from '../../store/postgres/inspect-postgres.ts';
import { type Finding, renderFindings } from './finding.ts';
import { checkNode, checkPorts, checkProxy, describeThreads, type TryPort, tryPort } from './machine.ts';
import { checkModelFolder, graphsOf } from './model-folders.ts';
import { checkBindings, checkDevice, type ProbeBinding } from './openvino.ts';
import { checkModelCache, checkSettings, describeEnvWarnings } from './settings.ts';
import { checkDataFolder, describeDatabase } from './store.ts';

export interface DiagnoseOptions {
  readonly env?: NodeJS.ProcessEnv;
  /** What is wrong with .env itself. */
  readonly envProblems?: readonly string[];
  /** Its lines that have no effect. */
  readonly envWarnings?: readonly string[];
  /** Only this model; otherwise MODEL and every one under models/. */
  readonly modelFolder?: string | undefined;
  readonly modelsFolder?: string;
  readonly nodeVersion?: string;
  readonly threads?: ThreadLimits;
  readonly probe?: ProbeBinding;
  readonly tryPort?: TryPort;
  readonly inspectDatabase?: typeof inspectPostgres;
}

/** Checks everything that a render needs. Faults become findings, not exceptions. */
export async function diagnose(options: DiagnoseOptions = {}): Promise<readonly Finding[]> {
  const { env = process.env, modelFolder, modelsFolder = MODELS_FOLDER, probe = probeBinding } = options;
  const { inspectDatabase = inspectPostgres } = options;
  const { config, problems } = inspectConfig(env);
  const chosen = modelFolder ?? chosenFolder(config.model, modelsFolder);
  const others = modelFolder === undefined ? await installedNames(modelsFolder) : [];
  const folders = [
    ...new Set([...(chosen === null ? [] : [chosen]), ...others.map((name) => join(modelsFolder, name))]),
  ];
  const { findings, report } = checkBindings(probe, {
    wanted: config.openvino.binding,
    library: config.openvino.library,
    device: config.device,
    graphs: folders.flatMap(graphsOf),
  });
  return [
    checkNode(options.nodeVersion ?? process.versions.node),
    describeThreads(options.threads ?? threadLimits()),
    ...checkSettings(config, [
      ...(options.envProblems ?? []),
      ...problems,
      ...modelProblems(config.model, process.cwd()),
    ]),
    ...describeEnvWarnings(options.envWarnings ?? []),
    ...checkProxy(env),
    ...(await checkDataFolder(config.dataDir, config.databaseUrl === null)),
    ...(config.databaseUrl === null ? [] : [describeDatabase(await inspectDatabase(config.databaseUrl))]),
    await checkModelCache(config.modelCache),
    ...(await checkPorts(config, options.tryPort ?? tryPort)),
    ...findings,
    ...(report === null ? [] : checkDevice(report)),
    ...(folders.length === 0 ? [noModels(modelsFolder)] : []),
    ...(await Promise.all(folders.map((folder) => checkModelFolder(folder, report, folder === chosen)))),
  ];
}

/** The folder of MODEL; null if there is none, which checkSettings reports. */
function chosenFolder(model: string, modelsFolder: string): string | null {
  try {
    return locateModel(model, process.cwd(), modelsFolder).folder;
  } catch {
    return null;
  }
}

function noModels(modelsFolder: string): Finding {
  const fix = 'Check the project out again, or add a model (models/README.md).';
  return { kind: 'failure', about: 'Models', detail: `no model in ${modelsFolder}`, fix };
}

export interface DoctorOptions extends DiagnoseOptions {
  readonly json?: boolean;
  readonly stdout: { write(text: string): unknown };
}

/** Writes the findings and returns the exit code: 1 if a finding is a failure. */
export async function doctor({ json = false, stdout, ...options }: DoctorOptions): Promise<0 | 1> {
  const findings = await diagnose(options);
  const isHealthy = findings.every((finding) => finding.kind !== 'failure');
  stdout.write(json ? `${JSON.stringify({ isHealthy, findings }, null, 2)}\n` : renderFindings(findings));
  return isHealthy ? 0 : 1;
}
