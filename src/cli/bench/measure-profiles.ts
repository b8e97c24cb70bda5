import { cpus, loadavg } from 'node:os';
import type { OpenVinoConfig } from '../../config.ts';
import { messageOf } from '../../errors.ts';
import { english } from '../../messages/wording.ts';
import { deviceOptions } from '../../openvino/device-options.ts';
import { openRuntime } from '../../openvino/open-runtime.ts';
import { allowedThreads } from '../../openvino/threads.ts';
import { completeRequest } from '../../render/profiles.ts';
import { renderRiff } from '../../render/render-riff.ts';
import { loadRenderer, type Renderer } from '../../render/renderer.ts';
import type { ProfileName } from '../../riff/request.ts';
import type { LineProcess } from './line-process.ts';
import { notebookRecipe, type RecipeEngine, type RecipeRender } from './notebook-recipe.ts';
import { median } from './percentile.ts';

export interface BenchPlan {
  readonly modelFolder: string;
  readonly device: string;
  readonly openvino: OpenVinoConfig;
  readonly profiles: readonly ProfileName[];
  readonly runs: number;
  /** Replaces each profile's own. */
  readonly steps?: number;
  /** Length of the music; absent: one clip of the model. */
  readonly lengthSeconds?: number;
  readonly recipe?: { readonly engine: RecipeEngine; readonly python: string };
  readonly signal: AbortSignal;
}

/** Milliseconds by stage; `cpu` is the processor time of all cores from prompt to files. */
export type StageTimes = Readonly<Partial<Record<(typeof STAGES)[number], number>>>;
export const STAGES = ['text', 'denoise', 'decode', 'phase', 'loudness', 'files', 'total', 'cpu'] as const;

export interface BenchReport {
  readonly machine: string;
  readonly model: string;
  readonly runs: number;
  /** Milliseconds to open OpenVINO and load the model. */
  readonly readyMs: number;
  readonly peakRssBytes: number;
  /** Medians, by profile and for the notebook's recipe. */
  readonly columns: readonly { readonly name: string; readonly times: StageTimes }[];
  readonly notes: readonly string[];
}

/** PNDM calls the U-Net once more than it has steps. */
const RECIPE_STEPS = 20;

/** Renders every profile and the recipe alternately, so that other load on the machine affects all of them alike. */
export async function measureProfiles(plan: BenchPlan): Promise<BenchReport> {
  const load = loadavg()[0] ?? 0;
  const startedMs = performance.now();
  await using opened = new AsyncDisposableStack();
  const runtime = opened.adopt(await openRuntime(plan.openvino), (runtime) => runtime.dispose());
  const renderer = opened.adopt(await loadRenderer({ runtime, ...plan }), (renderer) => renderer.dispose());
  const readyMs = performance.now() - startedMs;
  const recipe = plan.recipe && opened.adopt(openRecipe(plan, renderer), (recipe) => recipe.close());
  const found = await inTurns(plan, renderer, recipe);
  const { name, version, device } = renderer.model;
  return {
    machine:
      `${cpus()[0]?.model ?? 'unknown'}, ${english.counted(allowedThreads(), 'thread')}, load ${load.toFixed(2)}; ` +
      `Node ${process.versions.node}, OpenVINO ${runtime.version} (${runtime.binding})`,
    model: `${name} ${version} on ${device}`,
    runs: plan.runs,
    readyMs,
    peakRssBytes: process.resourceUsage().maxRSS * 1024,
    ...found,
  };
}

async function inTurns(
  { profiles, runs, steps, lengthSeconds, signal }: BenchPlan,
  renderer: Renderer,
  recipe: LineProcess<RecipeRender> | undefined,
): Promise<Pick<BenchReport, 'columns' | 'notes'>> {
  const times = new Map<string, StageTimes[]>();
  const notes = new Set<string>();
  const add = (name: string, found: StageTimes) => times.set(name, [...(times.get(name) ?? []), found]);
  let asked = recipe;
  // The first turn is a warm-up.
  for (let turn = 0; turn <= runs; turn++) {
    if (turn === 1) times.clear();
    for (const profile of profiles) {
      add(profile, await renderOnce(renderer, profile, { seed: turn, steps, lengthSeconds, signal }));
    }
    const render = await asked?.ask().catch((fault) => void notes.add(`not measured: ${messageOf(fault)}`));
    if (render) {
      add('notebook', timesOf(render));
      notes.add([`drawn by ${render.engine}`, ...(render.notes ? [render.notes] : [])].join('; '));
    } else asked = undefined;
  }
  const columns = [...times].map(([name, all]) => ({ name, times: medians(all) }));
  return { columns, notes: [...notes] };
}

function openRecipe(plan: BenchPlan, renderer: Renderer): LineProcess<RecipeRender> {
  const { modelFolder, device, steps = RECIPE_STEPS, recipe } = plan;
  const { guidanceScale } = renderer.model.defaults;
  const { engine = 'loop', python = 'python3' } = recipe ?? {};
  return notebookRecipe(python, { modelFolder, ...deviceOptions(device), steps, guidanceScale, engine });
}

async function renderOnce(
  renderer: Renderer,
  profile: ProfileName,
  turn: Pick<BenchPlan, 'signal'> & {
    readonly seed: number;
    readonly steps: number | undefined;
    readonly lengthSeconds: number | undefined;
  },
): Promise<StageTimes> {
  // Unique, because the text encoder's results are cached.
  const prompt = `jazz with piano and drums ${turn.seed} ${profile}`;
  const { seed, steps, lengthSeconds } = turn;
  const wanted = { prompt, profile, seed, lengthSeconds, ...(steps !== undefined && { steps }) };
  const request = completeRequest(wanted, renderer.model.defaults, { freshSeed: seed });
  const before = process.cpuUsage();
  const { durationMs, timings } = await renderRiff(renderer, request, {
    onProgress: () => {},
    signal: turn.signal,
  });
  const { user, system } = process.cpuUsage(before);
  return { ...timings, total: durationMs.render, cpu: (user + system) / 1000 };
}

function timesOf({ denoiseMs, decodeMs, phaseMs, totalMs, cpu }: RecipeRender): StageTimes {
  return { denoise: denoiseMs, decode: decodeMs, phase: phaseMs, total: totalMs, cpu: cpu.totalMs };
}

function medians(all: readonly StageTimes[]): StageTimes {
  const of = (stage: (typeof STAGES)[number]) => all.flatMap((times) => times[stage] ?? []);
  return Object.fromEntries(
    STAGES.flatMap((stage) => (of(stage).length > 0 ? [[stage, median(of(stage))]] : [])),
  );
}
