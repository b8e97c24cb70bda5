import { resolve } from 'node:path';
import { type Command, Option } from 'commander';
import { DEFAULTS } from '../config.ts';
import { messageOf, UserError } from '../errors.ts';
import { locateModel } from '../model-library/locate-model.ts';
import { REQUEST_LIMITS } from '../riff/request.ts';
import { RECIPE_ENGINES, type RecipeEngine } from './bench/references/python-references.ts';
import { cancelOnSignal } from './terminal/cancellation.ts';
import { numberOption } from './terminal/option-parsers.ts';
import { userFolder } from './terminal/user-files.ts';

interface BenchOptions {
  readonly model: string;
  readonly full?: true;
  readonly against?: RecipeEngine;
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
const FULL_MODEL = 'full';
/** A step of a full-size model takes seconds to a minute. */
const FULL_STEPS = 3;
const MAKE_FULL =
  'make one of full size with random weights (6 GB on the way): ' +
  'python models/make_random_checkpoint.py --size full ./full-checkpoint && ' +
  `npm run model -- add ./full-checkpoint --name ${FULL_MODEL} --weights fp16 && npm run bench -- --full; ` +
  'or name a model that is here: npm run bench -- --full --model riffusion';

export function addBench(program: Command): void {
  program
    .command('bench')
    .description('time every stage on this machine, beside the Python references where they are installed')
    .option('--model <name>', 'a folder under models/ or a path', DEFAULTS.model)
    .option('--full', "a model of Stable Diffusion's full size: few steps, times reckoned from them")
    .addOption(
      new Option('--against <engine>', "the notebook's recipe in the same run").choices(RECIPE_ENGINES),
    )
    .option('--device <name>', 'OpenVINO device', DEFAULTS.device)
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
  const { folder } = options.full ? locateFull(options) : locateModel(options.model, userFolder());
  const { signal, release } = cancelOnSignal();
  try {
    const print = options.levers === undefined ? benchStages : benchLevers;
    await print(folder, options, signal);
  } finally {
    release();
  }
}

/** The embedded model stands for nothing said. */
function locateFull({ model }: BenchOptions): { readonly folder: string } {
  try {
    return locateModel(model === DEFAULTS.model ? FULL_MODEL : model, userFolder());
  } catch (cause) {
    throw new UserError(`${messageOf(cause)}; ${MAKE_FULL}`, { cause });
  }
}

async function benchStages(
  modelFolder: string,
  { device, runs, python, full, steps = full ? FULL_STEPS : undefined, against, json }: BenchOptions,
  signal: AbortSignal,
): Promise<void> {
  const { measure } = await import('./bench/measure.ts');
  const { renderReport } = await import('./bench/report.ts');
  const report = await measure({
    modelFolder,
    device,
    runs,
    python,
    signal,
    ...(steps !== undefined && { steps }),
    ...(against && { against }),
  });
  console.log(json ? JSON.stringify(report, null, 2) : renderReport(report));
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

function checkCount(
  name: string,
  value: number,
  { min, max }: { readonly min: number; readonly max: number },
): void {
  if (Number.isInteger(value) && value >= min && value <= max) return;
  throw new UserError(`${name}: expected a whole number from ${min} to ${max}, got ${value}`);
}
