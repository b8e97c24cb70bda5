import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { cpus, loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { deviceOptions } from '../../openvino/device-options.ts';
import { openRuntime } from '../../openvino/open-runtime.ts';
import { allowedThreads } from '../../openvino/threads.ts';
import { loadRenderer } from '../../render/renderer.ts';
import {
  type RecipeEngine,
  type Reference,
  recipeRenders,
  type TorchaudioResult,
  torchaudioDecode,
} from './references/python-references.ts';
import type { BenchReport } from './report.ts';
import {
  measureProfiles,
  type ProfileFigures,
  RECIPE_STEPS,
  sidesOfModel,
} from './stages/measure-profiles.ts';
import { measureRenders } from './stages/measure-renders.ts';
import { measureStart } from './stages/measure-start.ts';
import { type TimedRuntime, timedRuntime } from './stages/timed-runtime.ts';
import { measureUnetStep } from './stages/unet-step.ts';

export interface BenchPlan {
  readonly modelFolder: string;
  readonly device: string;
  readonly runs: number;
  readonly python: string;
  readonly signal: AbortSignal;
  readonly steps?: number;
  readonly against?: RecipeEngine;
}

/** Every stage, one after the other; a model is in memory once at a time. */
export async function measure(plan: BenchPlan): Promise<BenchReport> {
  const { modelFolder, device, python } = plan;
  const loadAverage = loadavg()[0] ?? 0;
  const start = await measureStart({ modelFolder, device });
  const timed = timedRuntime(await openRuntime());
  const { runtime } = timed;
  try {
    const { picture, ...measured } = await measureModel(timed, plan);
    return {
      machine: {
        cpu: cpus()[0]?.model ?? 'unknown',
        threads: allowedThreads(),
        loadAverage,
        node: process.versions.node,
        openvino: `${runtime.version} (${runtime.binding})`,
      },
      runs: plan.runs,
      start,
      ...measured,
      unetAlone: await measureUnetStep(runtime, modelFolder, deviceOptions(device), python),
      torchaudio: await torchaudioOn(python, picture),
    };
  } finally {
    await runtime.dispose();
  }
}

type OfModel = Pick<BenchReport, 'model' | 'steps' | 'cold' | 'warm' | 'soundMs' | 'rssBytes' | 'profiles'>;

async function measureModel(
  timed: TimedRuntime,
  plan: BenchPlan,
): Promise<OfModel & { readonly picture: Uint8Array }> {
  const { modelFolder, device, runs, signal } = plan;
  const renderer = await loadRenderer({ runtime: timed.runtime, modelFolder, device });
  try {
    const { name, version, defaults } = renderer.model;
    const steps = plan.steps ?? defaults.steps;
    const renders = await measureRenders(renderer, timed, { steps, runs, signal });
    const rssBytes = { drawing: process.memoryUsage.rss(), peak: process.resourceUsage().maxRSS * 1024 };
    const profiles = await profilesOf(renderer, timed, plan);
    return { model: { name, version, device }, steps, ...renders, rssBytes, profiles };
  } finally {
    await renderer.dispose();
  }
}

async function profilesOf(
  renderer: Awaited<ReturnType<typeof loadRenderer>>,
  { runtime }: TimedRuntime,
  { modelFolder, device, runs, signal, steps, against, python }: BenchPlan,
): Promise<ProfileFigures> {
  const sidesOf = await sidesOfModel(runtime, modelFolder);
  const options = { runs, signal, ...(steps !== undefined && { steps }) };
  if (!against) return await measureProfiles(renderer, sidesOf, options);
  const recipe = recipeRenders(python, {
    modelFolder,
    ...deviceOptions(device),
    steps: steps ?? RECIPE_STEPS,
    guidanceScale: renderer.model.defaults.guidanceScale,
    engine: against,
  });
  try {
    return await measureProfiles(renderer, sidesOf, { ...options, recipe });
  } finally {
    await recipe.close();
  }
}

async function torchaudioOn(python: string, picture: Uint8Array): Promise<Reference<TorchaudioResult>> {
  const folder = await mkdtemp(join(tmpdir(), 'riff-bench-'));
  try {
    const path = join(folder, 'picture.png');
    await writeFile(path, picture);
    return await torchaudioDecode(python, path);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
