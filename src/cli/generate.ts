import { randomInt } from 'node:crypto';
import { join } from 'node:path';
import type { Command } from 'commander';
import { DEFAULTS, type RenderConfig, readRenderConfig } from '../config.ts';
import { locateModel } from '../model-library/locate-model.ts';
import { defaultsOf } from '../render/profiles.ts';
import {
  DEFAULT_PROFILE,
  PROFILE_NAMES,
  type ProfileName,
  parseRiffRequest,
  type RiffDefaults,
  type RiffRequest,
  SCHEDULER_NAMES,
  type SchedulerName,
} from '../riff/request.ts';
import { inSeconds } from '../wording.ts';
import { cancelOnSignal } from './terminal/cancellation.ts';
import { choiceOption, numberOption } from './terminal/option-parsers.ts';
import { createProgressView, type ProgressView } from './terminal/progress.ts';
import { checkOutput, saveUserFile, userFolder } from './terminal/user-files.ts';

interface GenerateOptions {
  readonly negative?: string;
  readonly seed?: number;
  readonly steps?: number;
  readonly guidance?: number;
  readonly scheduler?: SchedulerName;
  readonly profile?: ProfileName;
  readonly model?: string;
  readonly device?: string;
  readonly png?: string;
  readonly wav?: string;
  readonly json?: boolean;
}

/** The number of different seeds of torch's generator. */
const SEEDS = 2 ** 32;

/** Only for the first check of the input; the model's own defaults replace them later. */
const ANY_DEFAULTS: RiffDefaults = { steps: 20, guidanceScale: 4, scheduler: 'dpmpp_2m' };

export function addGenerate(program: Command): void {
  program
    .command('generate')
    .description('render one riff into a spectrogram PNG and a WAV')
    .argument('<prompt...>', 'words that describe the music')
    .option('--negative <text>', 'what the music should not be')
    .option('--seed <n>', 'same seed, same riff (default: a random one)', numberOption('seed'))
    .option('--steps <n>', "diffusion steps (default: the model's)", numberOption('steps'))
    .option(
      '--guidance <x>',
      "how closely to follow the prompt (default: the model's)",
      numberOption('guidance'),
    )
    .option('--scheduler <name>', SCHEDULER_NAMES.join(', '), choiceOption('scheduler', SCHEDULER_NAMES))
    .option(
      '--profile <name>',
      `${PROFILE_NAMES.join(', ')} (default: ${DEFAULT_PROFILE})`,
      choiceOption('profile', PROFILE_NAMES),
    )
    .option('--model <name>', `a folder under models/ or a path (default: MODEL, or ${DEFAULTS.model})`)
    .option('--device <name>', `OpenVINO device; doctor lists them (default: DEVICE, or ${DEFAULTS.device})`)
    .option('--png <file>', 'where the picture goes (default: riffs/<words>-<seed>.png)')
    .option('--wav <file>', 'where the sound goes (default: beside the picture)')
    .option('--json', 'print the result as JSON')
    .action((words: string[], options: GenerateOptions) => generate(words.join(' '), options));
}

async function generate(prompt: string, options: GenerateOptions): Promise<void> {
  const freshSeed = randomInt(SEEDS);
  const wanted = requestOf(prompt, options);
  const { seed } = parseRiffRequest(wanted, ANY_DEFAULTS, freshSeed);
  const outputs = await outputPaths(options, `${slug(prompt)}-${seed}`);
  const config = renderConfigOf(options);
  // A path in MODEL is relative to the folder of .env, as for the bot.
  const { folder } = locateModel(config.model, options.model === undefined ? process.cwd() : userFolder());
  const { signal, release } = cancelOnSignal();
  const progress = createProgressView();
  try {
    const riff = await render(folder, config, wanted, freshSeed, progress, signal);
    await saveUserFile('--png', outputs.png, riff.png);
    await saveUserFile('--wav', outputs.wav, riff.wav);
    progress.stop();
    report(outputs, riff, options.json ?? false);
  } finally {
    progress.stop();
    release();
  }
}

/** The environment's, but for what was typed. */
function renderConfigOf({ model, device }: GenerateOptions): RenderConfig {
  const config = readRenderConfig(process.env);
  return { ...config, ...(model !== undefined && { model }), ...(device !== undefined && { device }) };
}

async function render(
  modelFolder: string,
  { device, openvino, modelCache }: RenderConfig,
  wanted: Partial<RiffRequest>,
  freshSeed: number,
  progress: ProgressView,
  signal: AbortSignal,
) {
  const { openRuntime } = await import('../openvino/open-runtime.ts');
  const { loadRenderer } = await import('../render/renderer.ts');
  const { renderRiff } = await import('../render/render-riff.ts');
  const runtime = await openRuntime(openvino);
  try {
    progress.show({ stage: 'load', stepIndex: 0, steps: wanted.steps ?? ANY_DEFAULTS.steps });
    const renderer = await loadRenderer({ runtime, modelFolder, device, modelCache });
    try {
      const request = parseRiffRequest(
        wanted,
        defaultsOf(wanted.profile ?? DEFAULT_PROFILE, renderer.model.defaults),
        freshSeed,
      );
      return await renderRiff(renderer, request, { onProgress: progress.show, signal });
    } finally {
      await renderer.dispose();
    }
  } finally {
    await runtime.dispose();
  }
}

type Rendered = Awaited<ReturnType<typeof render>>;

function report(outputs: OutputPaths, riff: Rendered, asJson: boolean): void {
  const { png: _, wav: __, ...facts } = riff;
  if (asJson) {
    console.log(JSON.stringify({ ...outputs, ...facts }, null, 2));
    return;
  }
  for (const warning of riff.warnings) console.error(`note: ${warning}`);
  const { sound, render: took } = riff.durationMs;
  console.log(`${outputs.png}\n${outputs.wav}`);
  console.log(`${inSeconds(sound, 2)} of sound in ${inSeconds(took, 2)}, seed ${riff.recipe.seed}`);
}

function requestOf(prompt: string, options: GenerateOptions): Partial<RiffRequest> {
  const { negative, seed, steps, guidance, scheduler, profile } = options;
  return {
    prompt,
    ...(negative !== undefined && { negativePrompt: negative }),
    ...(seed !== undefined && { seed }),
    ...(steps !== undefined && { steps }),
    ...(guidance !== undefined && { guidanceScale: guidance }),
    ...(scheduler !== undefined && { scheduler }),
    ...(profile !== undefined && { profile }),
  };
}

interface OutputPaths {
  readonly png: string;
  readonly wav: string;
}

/** A path that is not given is put beside the other one; given paths are checked first. */
async function outputPaths({ png, wav }: GenerateOptions, name: string): Promise<OutputPaths> {
  const stem = (png ?? wav)?.replace(/\.[^./\\]*$/, '') ?? join('riffs', name);
  const typedWav = wav === undefined ? null : await checkOutput('--wav', wav, '.wav');
  return {
    png: await checkOutput('--png', png ?? `${stem}.png`, '.png'),
    wav: typedWav ?? (await checkOutput('--wav', `${stem}.wav`, '.wav')),
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
