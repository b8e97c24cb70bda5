import { type Command, Option } from 'commander';
import { PROFILE_NAMES, type ProfileName, REQUEST_LIMITS } from '../riff/request.ts';
import { expandHome } from '../system/cache-folder.mjs';
import { RECIPE_ENGINES, type RecipeEngine } from './bench/notebook-recipe.ts';
import { cancelOnSignal } from './cancellation.ts';
import { numberOption, wholeNumberOption } from './option-parsers.ts';
import { MODEL_OPTIONS, type ModelOptions, renderConfigOf } from './render-config.ts';

interface BenchOptions extends ModelOptions {
  readonly profile: readonly ProfileName[];
  readonly against?: RecipeEngine;
  readonly steps?: number;
  readonly length?: number;
  readonly runs: number;
  readonly python?: string;
  readonly json?: boolean;
}

const MAX_RUNS = 100;

export function addBench(program: Command): void {
  program
    .command('bench')
    .description("time the stages of a render, by profile, beside the notebook's recipe where Python has it")
    .addOption(MODEL_OPTIONS.model)
    .addOption(
      new Option('--profile <names...>', 'only these').choices(PROFILE_NAMES).default([...PROFILE_NAMES]),
    )
    .addOption(
      new Option('--against <engine>', "the notebook's recipe in the same turns").choices(RECIPE_ENGINES),
    )
    .addOption(MODEL_OPTIONS.device)
    .option(
      '--steps <n>',
      "diffusion steps (default: each profile's own)",
      wholeNumberOption('steps', REQUEST_LIMITS.steps),
    )
    .option('--length <seconds>', 'of the music: 60 is a minute (default: a clip)', numberOption('length'))
    .option(
      '--runs <n>',
      'renders to take the median of',
      wholeNumberOption('runs', { min: 1, max: MAX_RUNS }),
      3,
    )
    .option(
      '--python <path>',
      'a Python with torchaudio, diffusers and openvino (default: RIFF_PYTHON, or python3)',
    )
    .option('--json', 'print the figures as JSON')
    .action(bench);
}

async function bench(options: BenchOptions): Promise<void> {
  const { profile: profiles, against, steps, length, runs, python, json } = options;
  const { modelFolder, device, openvino } = renderConfigOf(options);
  const { measureProfiles } = await import('./bench/measure-profiles.ts');
  const { renderReport } = await import('./bench/report.ts');
  const { signal, release } = cancelOnSignal();
  try {
    const plan = { modelFolder, device, openvino, profiles, runs, signal };
    const report = await measureProfiles({
      ...plan,
      ...(steps !== undefined && { steps }),
      ...(length !== undefined && { lengthSeconds: length }),
      ...(against && { recipe: { engine: against, python: python ?? pythonOf(process.env) } }),
    });
    console.log(json ? JSON.stringify(report, null, 2) : renderReport(report));
  } finally {
    release();
  }
}

/** RIFF_PYTHON is the conversion's Python: it has what the notebook's recipe needs besides torchaudio. */
function pythonOf({ RIFF_PYTHON }: NodeJS.ProcessEnv): string {
  return RIFF_PYTHON ? expandHome(RIFF_PYTHON) : 'python3';
}
