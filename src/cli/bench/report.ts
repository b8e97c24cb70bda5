import { PROFILE_NAMES } from '../../riff-request.ts';
import type { ProfileTimes } from './measure-profiles.ts';
import type { StageTimes } from './measure-renders.ts';
import type { OpenvinoResult, Reference, TorchaudioResult } from './python-references.ts';

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
  /** Milliseconds. */
  readonly openRuntimeMs: number;
  readonly loadModelMs: number;
  /** With what an earlier load left in the cache of compiled models. */
  readonly loadCachedMs: number;
  readonly cold: StageTimes;
  readonly warm: StageTimes;
  readonly soundMs: number;
  readonly peakRssBytes: number;
  readonly profiles: ProfileTimes;
  readonly unetAlone: { readonly msPerStep: number; readonly python: Reference<OpenvinoResult> };
  readonly torchaudio: Reference<TorchaudioResult>;
}

const STAGES: readonly (readonly [keyof StageTimes, string])[] = [
  ['text', 'text'],
  ['unetStep', 'U-Net, one step'],
  ['denoise', 'diffusion, all steps'],
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
    row('open OpenVINO', report.openRuntimeMs, null),
    row('load the model', report.loadModelMs, report.loadCachedMs),
    ...stages,
    '',
    `peak memory: ${Math.round(report.peakRssBytes / 1024 ** 2)} MiB; sound: ${seconds(report.soundMs)} s`,
    profilesLine(report),
    unetLine(report),
    torchaudioLine(report),
  ].join('\n');
}

function profilesLine({ profiles }: BenchReport): string {
  const times = PROFILE_NAMES.map((name) => {
    const ratio = (profiles.classic / profiles[name]).toFixed(1);
    return `${name} ${seconds(profiles[name])} s${name === 'classic' ? '' : ` (${ratio} times faster)`}`;
  });
  return `prompt to files by profile: ${times.join(', ')}`;
}

function unetLine({ unetAlone: { msPerStep, python } }: BenchReport): string {
  const ours = `U-Net alone: ${msPerStep.toFixed(1)} ms`;
  return python.kind === 'absent'
    ? `${ours}; Python OpenVINO: not measured (${python.reason})`
    : `${ours}; Python OpenVINO ${python.value.version}: ${python.value.msPerStep.toFixed(1)} ms; ratio ${(msPerStep / python.value.msPerStep).toFixed(2)}`;
}

function torchaudioLine({ warm, torchaudio }: BenchReport): string {
  const ours = `mel to waveform: ${seconds(warm.phase)} s`;
  return torchaudio.kind === 'absent'
    ? `${ours}; torchaudio: not measured (${torchaudio.reason})`
    : `${ours}; torchaudio, 32 iterations: ${torchaudio.value.seconds.toFixed(2)} s; ${((1000 * torchaudio.value.seconds) / warm.phase).toFixed(1)} times faster`;
}

function row(name: string, coldMs: number, warmMs: number | null): string {
  return `| ${name} | ${coldMs.toFixed(1)} | ${warmMs?.toFixed(1) ?? ''} |`;
}

function seconds(milliseconds: number): string {
  return (milliseconds / 1000).toFixed(2);
}
