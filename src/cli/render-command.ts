import { randomInt } from 'node:crypto';
import { join } from 'node:path';
import { type Command, Option } from 'commander';
import { noticeText } from '../messages/notices.ts';
import { english } from '../messages/wording.ts';
import type { SourceFiles } from '../render/paint-request.ts';
import { completeRequest } from '../render/profiles.ts';
import type { RenderRiffOptions, Riff } from '../render/render-riff.ts';
import type { RenderProgress } from '../riff/engine.ts';
import type { RequestOf } from '../riff/follow-up.ts';
import {
  DEFAULT_PROFILE,
  PROFILE_NAMES,
  type ProfileName,
  type RiffDefaults,
  type RiffRequest,
  SCHEDULER_NAMES,
  type SchedulerName,
} from '../riff/request.ts';
import { checkAbilities } from '../riff/score.ts';
import type { TimeGrid } from '../riff/tempo.ts';
import { cancelOnSignal } from './cancellation.ts';
import { choiceOption, numberOption } from './option-parsers.ts';
import { createProgressView } from './progress-view.ts';
import { MODEL_OPTIONS, type ModelOptions, renderConfigOf } from './render-config.ts';
import { shownProgress } from './render-progress.ts';
import { checkOutput, saveUserFiles } from './user-files.ts';

/** The options of all commands that render; each command has some of them. */
export interface RenderCommandOptions extends ModelOptions {
  readonly prompt?: string;
  readonly negative?: string;
  readonly length?: number;
  readonly bpm?: number;
  readonly loop?: boolean;
  readonly seed?: number;
  readonly steps?: number;
  readonly guidance?: number;
  readonly scheduler?: SchedulerName;
  readonly profile?: ProfileName;
  readonly png?: string;
  readonly wav?: string;
  readonly poster?: string;
  readonly json?: boolean;
}

const number = (flags: string, name: string, description: string) =>
  new Option(flags, description).argParser(numberOption(name));

const OPTIONS = {
  prompt: new Option('--prompt <text>', "other words (default: the riff's)"),
  negative: new Option('--negative <text>', 'what the music should not be'),
  length: number(
    '--length <seconds>',
    'length',
    '5 to 60 (default: a clip; morph: three clips; loop: as long as the riff)',
  ),
  bpm: number('--bpm <n>', 'bpm', 'beats per minute, exact (default: as the model, riff or sound has it)'),
  loop: new Option('--loop', 'cut to whole bars; a second WAV plays it twice'),
  seed: number('--seed <n>', 'seed', 'same seed, same riff (default: a random one)'),
  steps: number('--steps <n>', 'steps', "diffusion steps (default: the model's)"),
  guidance: number('--guidance <x>', 'guidance', "how closely to follow the prompt (default: the model's)"),
  scheduler: new Option('--scheduler <name>', SCHEDULER_NAMES.join(', ')).argParser(
    choiceOption('scheduler', SCHEDULER_NAMES),
  ),
  profile: new Option(
    '--profile <name>',
    `${PROFILE_NAMES.join(', ')} (default: ${DEFAULT_PROFILE})`,
  ).argParser(choiceOption('profile', PROFILE_NAMES)),
  ...MODEL_OPTIONS,
  png: new Option('--png <file>', 'where the picture goes (default: riffs/<words>-<seed>.png)'),
  wav: new Option('--wav <file>', 'where the sound goes (default: beside the picture)'),
  poster: new Option('--poster <file>', 'also draw a JPEG with colours, axes and the prompt'),
  json: new Option('--json', 'print the result as JSON'),
} as const satisfies Readonly<Record<keyof RenderCommandOptions, Option>>;

const OF_EVERY_COMMAND = ['seed', 'profile', 'model', 'device', 'png', 'wav', 'poster', 'json'] as const;

/** Adds the options that every rendering command has, and those of `own`. */
export function addRenderOptions(
  command: Command,
  own: readonly Exclude<keyof RenderCommandOptions, (typeof OF_EVERY_COMMAND)[number]>[],
): Command {
  for (const name of [...own, ...OF_EVERY_COMMAND]) command.addOption(OPTIONS[name]);
  return command;
}

export interface RenderPlan {
  /** Names the files if no path is typed. */
  readonly title: string;
  /** Added to that name, so that the files of the source riff are not overwritten. */
  readonly suffix?: string;
  /** Files that are read and must not be overwritten. */
  readonly inputs?: readonly string[];
  /** Called twice: before the model is loaded, so that bad input is reported at once, and with the model's own grid. */
  readonly request: RequestOf;
  readonly files?: SourceFiles;
}

/** The number of different seeds of torch's generator. */
const SEEDS = 2 ** 32;

/** Used for the first check of the input, before the model's own are known. */
const ANY_DEFAULTS: RiffDefaults = { steps: 20, guidanceScale: 4, scheduler: 'dpmpp_2m' };
const ANY_GRID: TimeGrid = { clipColumns: 32, columnMs: 160, tempi: [], tempiOfWords: {}, beatsPerBar: 4 };

/** Renders a picture and a WAV, and prints progress on stderr and the result on stdout. */
export async function runRender(plan: RenderPlan, options: RenderCommandOptions): Promise<void> {
  const freshSeed = options.seed ?? randomInt(SEEDS);
  const { steps, loop = false } = requestOf(plan, ANY_GRID, ANY_DEFAULTS, freshSeed);
  const name = [slug(plan.title), plan.suffix, freshSeed].filter((part) => part !== undefined).join('-');
  const outputs = await outputPaths(options, name, plan.inputs, loop);
  const config = renderConfigOf(options);
  const { signal, release } = cancelOnSignal();
  const progress = createProgressView();
  try {
    const watching = {
      onProgress: (state: RenderProgress) => progress.show(shownProgress(state)),
      signal,
      withPoster: outputs.poster !== undefined,
    };
    const wanted = { ...watching, ...(plan.files && { files: plan.files }) };
    const riff = await render(config, plan, { freshSeed, steps }, wanted);
    await save(outputs, riff);
    progress.stop();
    report(outputs, riff, options.json ?? false);
  } finally {
    progress.stop();
    release();
  }
}

async function save({ png, wav, poster, twice }: OutputPaths, riff: Riff): Promise<void> {
  await saveUserFiles([
    { name: 'picture', path: png, bytes: riff.png },
    { name: 'sound', path: wav, bytes: riff.wav },
    { name: 'poster', path: poster, bytes: riff.poster },
    { name: 'sound', path: twice, bytes: riff.twiceWav },
  ]);
}

function requestOf(plan: RenderPlan, grid: TimeGrid, model: RiffDefaults, freshSeed: number): RiffRequest {
  const complete = (wanted: Partial<RiffRequest>): RiffRequest =>
    completeRequest(wanted, model, { freshSeed });
  return complete(plan.request({ grid, freshSeed, complete }));
}

/** The fields of a request that options set. */
export function settingsOf(options: RenderCommandOptions): Partial<RiffRequest> {
  const { negative, length, bpm, loop, seed, steps, guidance, scheduler, profile } = options;
  return {
    ...(negative !== undefined && { negativePrompt: negative }),
    ...(length !== undefined && { lengthSeconds: length }),
    ...(bpm !== undefined && { bpm }),
    ...(loop && { loop }),
    ...(seed !== undefined && { seed }),
    ...(steps !== undefined && { steps }),
    ...(guidance !== undefined && { guidanceScale: guidance }),
    ...(scheduler !== undefined && { scheduler }),
    ...(profile !== undefined && { profile }),
  };
}

async function render(
  { modelFolder, device, openvino, modelCache }: ReturnType<typeof renderConfigOf>,
  plan: RenderPlan,
  { freshSeed, steps }: { readonly freshSeed: number; readonly steps: number },
  options: RenderRiffOptions,
): Promise<Riff> {
  const { openRuntime } = await import('../openvino/open-runtime.ts');
  const { abilitiesOf, loadRenderer } = await import('../render/renderer.ts');
  const { renderRiff } = await import('../render/render-riff.ts');
  await using opened = new AsyncDisposableStack();
  const runtime = opened.adopt(await openRuntime(openvino), (runtime) => runtime.dispose());
  options.onProgress({ stage: 'load', stepIndex: 0, steps });
  const loading = loadRenderer({ runtime, modelFolder, device, modelCache });
  const renderer = opened.adopt(await loading, (renderer) => renderer.dispose());
  const request = requestOf(plan, renderer.grid, renderer.model.defaults, freshSeed);
  checkAbilities(request, abilitiesOf(renderer));
  return await renderRiff(renderer, request, options);
}

function report({ twice, poster, ...outputs }: OutputPaths, riff: Riff, asJson: boolean): void {
  const { recipe, durationMs, timings } = riff;
  const warnings = riff.warnings.map((warning) => noticeText(warning, 'en'));
  const paths = {
    ...outputs,
    ...(twice !== undefined && { twice }),
    ...(poster !== undefined && { poster }),
  };
  if (asJson) {
    console.log(JSON.stringify({ ...paths, recipe, warnings, durationMs, timings }, null, 2));
    return;
  }
  for (const warning of warnings) console.error(`note: ${warning}`);
  const { sound, render: took } = durationMs;
  console.log(Object.values(paths).join('\n'));
  console.log(`${english.seconds(sound, 2)} of sound in ${english.seconds(took, 2)}, seed ${recipe.seed}`);
}

interface OutputPaths {
  readonly png: string;
  readonly wav: string;
  /** Of the WAV that plays a loop twice. */
  readonly twice?: string | undefined;
  readonly poster?: string | undefined;
}

/** Completes and checks the paths; one that is not given is beside the other. */
async function outputPaths(
  { png, wav, poster }: RenderCommandOptions,
  name: string,
  inputs: readonly string[] = [],
  isLoop: boolean,
): Promise<OutputPaths> {
  const stem = (png ?? wav)?.replace(/\.[^./\\]*$/, '') ?? join('riffs', name);
  const wavStem = wav?.replace(/\.[^./\\]*$/, '') ?? stem;
  const typedWav = wav === undefined ? null : await checkOutput('--wav', wav, '.wav', inputs);
  return {
    png: await checkOutput('--png', png ?? `${stem}.png`, '.png', inputs),
    wav: typedWav ?? (await checkOutput('--wav', `${stem}.wav`, '.wav', inputs)),
    ...(poster !== undefined && { poster: await checkOutput('--poster', poster, '.jpg', inputs) }),
    ...(isLoop && { twice: await checkOutput('--wav', `${wavStem}-twice.wav`, '.wav', inputs) }),
  };
}

function slug(prompt: string): string {
  const letters = prompt.normalize('NFKD').toLowerCase();
  return (
    letters
      .replace(/[^a-z0-9]+/g, '-')
      .slice(0, 40)
      .replace(/^-+|-+$/g, '') || 'riff'
  );
}
