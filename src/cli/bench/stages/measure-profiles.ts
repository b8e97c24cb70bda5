import { readModelFolder } from '../../../diffusion/model-folder/model-folder.ts';
import { torchNoise } from '../../../diffusion/noise.ts';
import { createScheduler } from '../../../diffusion/schedulers/scheduler.ts';
import { noiseLevels, planSteps, type StepKind } from '../../../diffusion/step-plan.ts';
import type { Runtime } from '../../../openvino/runtime.ts';
import { defaultsOf, PROFILES } from '../../../render/profiles.ts';
import { renderRiff } from '../../../render/render-riff.ts';
import type { Renderer } from '../../../render/renderer.ts';
import type { RenderProgress } from '../../../riff/engine.ts';
import { PROFILE_NAMES, type ProfileName, parseRiffRequest } from '../../../riff/request.ts';
import { median } from '../median.ts';
import type { LineProcess } from '../references/line-process.ts';
import { orAbsent, type RecipeResult, type Reference } from '../references/python-references.ts';

/** Milliseconds from prompt to files. */
export type ProfileTimes = Readonly<Record<ProfileName, Spent>>;

/** `cpu` is that of all cores: what else a machine does changes it little. */
export interface Spent {
  readonly wall: number;
  readonly cpu: number;
}

export interface ProfileFigures {
  readonly tookMs: ProfileTimes;
  /** The steps that really ran where the times are reckoned for each profile's own; null: they are as measured. */
  readonly reckonedFromSteps: number | null;
  /** The notebook's recipe in the same turns; null where nobody asked. Reckoned likewise. */
  readonly recipe: Reference<RecipeResult> | null;
}

export interface ProfileOptions {
  readonly runs: number;
  readonly signal: AbortSignal;
  /** In place of each profile's own; its time is then reckoned by the sides of guidance that it runs. */
  readonly steps?: number;
  readonly recipe?: LineProcess<RecipeResult>;
}

/** PNDM's twenty steps take one call more. */
export const RECIPE_STEPS = 20;
const RECIPE_CALLS = RECIPE_STEPS + 1;

/** The median of `runs` renders of each profile, in turns: what else the machine does falls upon all of them. */
export async function measureProfiles(
  renderer: Renderer,
  sidesOf: SidesOf,
  { runs, signal, steps, recipe }: ProfileOptions,
): Promise<ProfileFigures> {
  const tookMs: Record<ProfileName, Spent[]> = { classic: [], balanced: [], fast: [] };
  const answers: Reference<RecipeResult>[] = [];
  for (let seed = 0; seed < runs; seed++) {
    if (recipe && answers.every(({ kind }) => kind === 'measured')) {
      answers.push(await orAbsent(() => recipe.ask()));
    }
    for (const profile of PROFILE_NAMES) {
      const own = defaultsOf(profile, renderer.model.defaults).steps;
      const { denoise, rest } = await renderOnce(renderer, profile, { seed, steps: steps ?? own, signal });
      const share = sidesOf(profile, own) / sidesOf(profile, steps ?? own);
      tookMs[profile].push({
        wall: rest.wall + denoise.wall * share,
        cpu: rest.cpu + denoise.cpu * share,
      });
    }
  }
  const { classic, balanced, fast } = tookMs;
  return {
    tookMs: { classic: middle(classic), balanced: middle(balanced), fast: middle(fast) },
    reckonedFromSteps: steps ?? null,
    recipe: recipe ? medianRecipe(answers) : null,
  };
}

function middle(spent: readonly Spent[]): Spent {
  return { wall: median(spent.map(({ wall }) => wall)), cpu: median(spent.map(({ cpu }) => cpu)) };
}

async function renderOnce(
  renderer: Renderer,
  profile: ProfileName,
  { seed, steps, signal }: { readonly seed: number; readonly steps: number; readonly signal: AbortSignal },
): Promise<{ readonly denoise: Spent; readonly rest: Spent }> {
  const prompt = `jazz with piano and drums ${seed} ${profile}`;
  const defaults = defaultsOf(profile, renderer.model.defaults);
  const request = parseRiffRequest({ prompt, profile, seed, steps }, defaults, seed);
  const before = process.cpuUsage();
  let denoiseCpu = 0;
  const onProgress = ({ stage }: RenderProgress): void => {
    if (stage === 'denoise') denoiseCpu = cpuMs(before);
  };
  const { durationMs, timings } = await renderRiff(renderer, request, { onProgress, signal });
  const wall = timings.denoise ?? 0;
  return {
    denoise: { wall, cpu: denoiseCpu },
    rest: { wall: durationMs.render - wall, cpu: cpuMs(before) - denoiseCpu },
  };
}

function cpuMs(since: NodeJS.CpuUsage): number {
  const { user, system } = process.cpuUsage(since);
  return (user + system) / 1000;
}

/** A reference that failed once says why; otherwise the median render, as if it had made all of its calls. */
function medianRecipe(answers: readonly Reference<RecipeResult>[]): Reference<RecipeResult> {
  const renders = answers.flatMap((answer) => (answer.kind === 'measured' ? [answer.value] : []));
  const failed = answers.find(({ kind }) => kind === 'absent');
  const [last] = renders.slice(-1);
  if (failed || !last) return failed ?? { kind: 'absent', reason: 'it did not run' };
  const of = (read: (render: RecipeResult) => number) => median(renders.map(read));
  const all = (total: number, denoise: number, calls: number) =>
    total - denoise + (denoise / calls) * RECIPE_CALLS;
  const value = {
    ...last,
    denoiseMs: of(({ denoiseMs }) => denoiseMs),
    decodeMs: of(({ decodeMs }) => decodeMs),
    phaseMs: of(({ phaseMs }) => phaseMs),
    totalMs: of(({ totalMs, denoiseMs, unetCalls }) => all(totalMs, denoiseMs, unetCalls)),
    cpu: {
      denoiseMs: of(({ cpu }) => cpu.denoiseMs),
      totalMs: of(({ cpu, unetCalls }) => all(cpu.totalMs, cpu.denoiseMs, unetCalls)),
    },
  };
  return { kind: 'measured', value };
}

/** How often a profile runs the U-Net for one side of guidance in so many steps. */
export type SidesOf = (profile: ProfileName, steps: number) => number;

const SIDES: Readonly<Record<StepKind, number>> = { both: 2, kept: 1, prompt: 1, forecast: 0 };

export async function sidesOfModel(runtime: Runtime, modelFolder: string): Promise<SidesOf> {
  const folder = await readModelFolder(runtime, modelFolder);
  return (profile, steps) => {
    const { scheduler: name, guidanceScale } = defaultsOf(profile, folder.defaults);
    const scheduler = createScheduler(name, folder.scheduler, { steps, size: 1, noise: torchNoise(0) });
    const levels = noiseLevels(folder.scheduler, scheduler.timesteps);
    const plan = planSteps(PROFILES[profile].levers, levels, guidanceScale);
    return plan.reduce((sides, kind) => sides + SIDES[kind], 0);
  };
}
