import { PROFILE_NAMES } from '../../riff/request.ts';
import type { RecipeResult, Reference, TorchaudioResult } from './references/python-references.ts';
import type { ProfileFigures, Spent } from './stages/measure-profiles.ts';
import type { StageTimes } from './stages/measure-renders.ts';
import type { StartTimes } from './stages/measure-start.ts';
import type { UnetStep } from './stages/unet-step.ts';

export interface BenchReport {
  readonly machine: {
    readonly cpu: string;
    readonly threads: number;
    /** Of the last minute: above 0.5 something else was running. */
    readonly loadAverage: number;
    readonly node: string;
    readonly openvino: string;
  };
  readonly model: { readonly name: string; readonly version: string; readonly device: string };
  readonly steps: number;
  readonly runs: number;
  readonly start: StartTimes;
  readonly cold: StageTimes;
  readonly warm: StageTimes;
  readonly soundMs: number;
  /** Of this process after its renders, and the most it ever was: compiling takes more. */
  readonly rssBytes: { readonly drawing: number; readonly peak: number };
  readonly profiles: ProfileFigures;
  readonly unetAlone: UnetStep;
  readonly torchaudio: Reference<TorchaudioResult>;
}

const STAGES: readonly (readonly [keyof StageTimes, string])[] = [
  ['text', 'text'],
  ['denoise', 'diffusion, all steps'],
  ['unetStep', '  one step'],
  ['hostPerStep', '  of it not inference'],
  ['decode', 'VAE decoder'],
  ['phase', 'phase'],
  ['melInverse', '  mel inverse in it'],
  ['loudness', 'loudness'],
  ['files', 'PNG and WAV'],
  ['total', 'prompt to files'],
];

/** A Markdown table and what the references say. */
export function renderReport(report: BenchReport): string {
  const { machine, model } = report;
  const stages = STAGES.map(([stage, name]) => row(name, report.cold[stage], report.warm[stage]));
  return [
    `${model.name} ${model.version} on ${model.device}, ${report.steps} steps, ${report.runs} warm runs`,
    `${machine.cpu}, ${machine.threads} threads, load ${machine.loadAverage.toFixed(2)}; Node ${machine.node}, OpenVINO ${machine.openvino}`,
    '',
    '| stage | cold ms | warm ms |',
    '| --- | ---: | ---: |',
    row('start to ready', report.start.cold, report.start.warm),
    ...stages,
    '',
    `warm start by cold start: ${percent(report.start.warm / report.start.cold)}`,
    `memory: ${mebibytes(report.rssBytes.drawing)} while drawing, ${mebibytes(report.rssBytes.peak)} at the most; sound: ${seconds(report.soundMs)} s`,
    ...profileLines(report),
    ...unetLines(report),
    torchaudioLine(report),
  ].join('\n');
}

function profileLines({ profiles: { tookMs, reckonedFromSteps, recipe } }: BenchReport): string[] {
  const measured = recipe?.kind === 'measured' ? recipe.value : null;
  const base = measured ? { wall: measured.totalMs, cpu: measured.cpu.totalMs } : tookMs.classic;
  const rows = PROFILE_NAMES.map((name) => recipeRow(name, tookMs[name], base));
  const how = reckonedFromSteps === null ? '' : ` (reckoned from ${reckonedFromSteps} steps)`;
  return [
    '',
    `| prompt to files${how} | s | CPU s | times as fast | by CPU |`,
    '| --- | ---: | ---: | ---: | ---: |',
    ...(measured ? [recipeRow(`the notebook's recipe, ${measured.engine}`, base, base)] : []),
    ...rows,
    '',
    ...(recipe ? recipeNotes(recipe) : []),
  ];
}

function recipeRow(name: string, spent: Spent, base: Spent): string {
  const times = [base.wall / spent.wall, base.cpu / spent.cpu].map((ratio) => ratio.toFixed(2));
  return `| ${[name, seconds(spent.wall), seconds(spent.cpu), ...times].join(' | ')} |`;
}

function recipeNotes(recipe: Reference<RecipeResult>): string[] {
  if (recipe.kind === 'absent') return [`the notebook's recipe: not measured (${recipe.reason})`];
  const { notes, phaseMs, decodeMs, peakRssBytes } = recipe.value;
  const stages = `VAE ${seconds(decodeMs)} s, sound ${seconds(phaseMs)} s, at most ${mebibytes(peakRssBytes)}`;
  return [`the notebook's recipe: ${stages}`, ...(notes ? [notes] : [])];
}

function unetLines({ unetAlone }: BenchReport): string[] {
  const { oneCallMs, twoCallsMs, calls, msPerStep, python } = unetAlone;
  const form = calls === 1 ? 'one call' : 'two calls';
  const ours = `U-Net alone, ${form}: ${msPerStep.toFixed(1)} ms`;
  return [
    `a guided step in one call of the U-Net ${oneCallMs.toFixed(1)} ms, in two ${twoCallsMs.toFixed(1)} ms`,
    python.kind === 'absent'
      ? `${ours}; Python OpenVINO: not measured (${python.reason})`
      : `${ours}; Python OpenVINO ${python.value.version}: ${python.value.msPerStep.toFixed(1)} ms; ratio ${(msPerStep / python.value.msPerStep).toFixed(3)}`,
  ];
}

function torchaudioLine({ warm, torchaudio }: BenchReport): string {
  const ours = `mel to waveform: ${seconds(warm.phase)} s`;
  return torchaudio.kind === 'absent'
    ? `${ours}; torchaudio: not measured (${torchaudio.reason})`
    : `${ours}; torchaudio, 32 iterations: ${torchaudio.value.seconds.toFixed(2)} s; ${((1000 * torchaudio.value.seconds) / warm.phase).toFixed(1)} times as fast`;
}

function row(name: string, coldMs: number, warmMs: number): string {
  return `| ${name} | ${coldMs.toFixed(1)} | ${warmMs.toFixed(1)} |`;
}

function percent(part: number): string {
  return `${Math.round(100 * part)} %`;
}

function mebibytes(bytes: number): string {
  return `${Math.round(bytes / 1024 ** 2)} MiB`;
}

function seconds(milliseconds: number): string {
  return (milliseconds / 1000).toFixed(2);
}
