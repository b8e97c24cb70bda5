import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { cpus, loadavg, tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import type { Command } from 'commander';
import { UserError } from '../errors.ts';
import { locateModel } from '../locate-model.ts';
import { REQUEST_LIMITS } from '../riff-request.ts';
import type { BenchReport } from './bench/report.ts';
import { cancelOnSignal } from './terminal/cancellation.ts';
import { numberOption } from './terminal/option-parsers.ts';
import { userFolder } from './terminal/user-files.ts';

interface BenchOptions {
  readonly model: string;
  readonly device: string;
  readonly steps?: number;
  readonly runs: number;
  readonly python: string;
  readonly levers?: true | readonly string[];
  readonly prompts?: string;
  readonly pictures?: string;
  readonly fullWeights?: string;
  readonly json?: boolean;
}

const MAX_RUNS = 100;

export function addBench(program: Command): void {
  program
    .command('bench')
    .description('time every stage on this machine, beside the Python references where they are installed')
    .option('--model <name>', 'a folder under models/ or a path', process.env.MODEL || 'riff-mini')
    .option('--device <name>', 'OpenVINO device', 'CPU')
    .option('--steps <n>', "diffusion steps (default: the model's)", numberOption('steps'))
    .option('--runs <n>', 'renders to take the median of', numberOption('runs'), 3)
    .option('--python <path>', 'a Python with torchaudio and openvino', 'python3')
    .option('--levers [names...]', 'instead: what each way to render faster changes, against the exact run')
    .option('--prompts <file>', 'for --levers: a prompt on each line (default: four)')
    .option('--pictures <folder>', 'for --levers: keep the pictures, a folder for each lever')
    .option('--full-weights <folder>', "for --levers: the same model's weights in 32 bits, as one more case")
    .option('--json', 'print the figures as JSON')
    .action(bench);
}

async function bench(options: BenchOptions): Promise<void> {
  checkCount('runs', options.runs, { min: 1, max: MAX_RUNS });
  if (options.steps !== undefined) checkCount('steps', options.steps, REQUEST_LIMITS.steps);
  const { folder } = locateModel(options.model, userFolder());
  const { signal, release } = cancelOnSignal();
  try {
    const print = options.levers === undefined ? benchStages : benchLevers;
    await print(folder, options, signal);
  } finally {
    release();
  }
}

async function benchStages(folder: string, options: BenchOptions, signal: AbortSignal): Promise<void> {
  const report = await measure(folder, options, signal);
  const { renderReport } = await import('./bench/report.ts');
  console.log(options.json ? JSON.stringify(report, null, 2) : renderReport(report));
}

async function benchLevers(
  modelFolder: string,
  { device, steps, levers, prompts, pictures, fullWeights, json }: BenchOptions,
  signal: AbortSignal,
): Promise<void> {
  const { benchLevers: measureLevers, renderLevers } = await import('./bench/levers/bench-levers.ts');
  const report = await measureLevers({
    modelFolder,
    device,
    signal,
    ...(steps !== undefined && { steps }),
    ...(Array.isArray(levers) && { only: levers }),
    ...(prompts !== undefined && { promptsPath: resolve(userFolder(), prompts) }),
    ...(pictures !== undefined && { picturesFolder: resolve(userFolder(), pictures) }),
    ...(fullWeights !== undefined && { fullWeights: resolve(userFolder(), fullWeights) }),
  });
  console.log(json ? JSON.stringify(report, null, 2) : renderLevers(report));
}

async function measure(
  modelFolder: string,
  options: BenchOptions,
  signal: AbortSignal,
): Promise<BenchReport> {
  const { openRuntime } = await import('../openvino/open-runtime.ts');
  const { allowedThreads } = await import('../openvino/threads.ts');
  const { deviceOptions } = await import('../openvino/device-options.ts');
  const { loadRenderer } = await import('../renderer.ts');
  const { measureRenders } = await import('./bench/measure-renders.ts');
  const { measureProfiles } = await import('./bench/measure-profiles.ts');
  const { measureCachedLoad } = await import('./bench/measure-start.ts');
  const { measureUnetStep } = await import('./bench/unet-step.ts');
  const { openvinoSteps } = await import('./bench/python-references.ts');
  const { device, runs, python } = options;
  const loadAverage = loadavg()[0] ?? 0;

  const beginMs = performance.now();
  const runtime = await openRuntime();
  try {
    const openedMs = performance.now();
    const renderer = await loadRenderer({ runtime, modelFolder, device });
    const loadedMs = performance.now();
    const { name, version, defaults } = renderer.model;
    const steps = options.steps ?? defaults.steps;
    const { picture, ...renders } = await measureRenders(renderer, { steps, runs, signal });
    const peakRssBytes = process.resourceUsage().maxRSS * 1024;
    const profiles = await measureProfiles(renderer, { runs, signal });
    await renderer.dispose();
    const loadCachedMs = await measureCachedLoad({ runtime, modelFolder, device });
    const unet = await measureUnetStep(runtime, modelFolder, deviceOptions(device));
    return {
      machine: {
        cpu: cpus()[0]?.model ?? 'unknown',
        threads: allowedThreads(),
        loadAverage,
        node: process.versions.node,
        openvino: `${runtime.version} (${runtime.binding})`,
      },
      model: { name, version, device },
      steps,
      runs,
      openRuntimeMs: openedMs - beginMs,
      loadModelMs: loadedMs - openedMs,
      loadCachedMs,
      ...renders,
      peakRssBytes,
      profiles,
      unetAlone: { msPerStep: unet.msPerStep, python: await openvinoSteps(python, unet.model) },
      torchaudio: await torchaudioOn(python, picture),
    };
  } finally {
    await runtime.dispose();
  }
}

async function torchaudioOn(python: string, picture: Uint8Array): Promise<BenchReport['torchaudio']> {
  const { torchaudioDecode } = await import('./bench/python-references.ts');
  const folder = await mkdtemp(join(tmpdir(), 'riff-bench-'));
  try {
    const path = join(folder, 'picture.png');
    await writeFile(path, picture);
    return await torchaudioDecode(python, path);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

function checkCount(
  name: string,
  value: number,
  { min, max }: { readonly min: number; readonly max: number },
): void {
  if (Number.isInteger(value) && value >= min && value <= max) return;
  throw new UserError(`${name}: expected a whole number from ${min} to ${max}, got ${value}`);
}
