import type { EngineDescription, RiffFiles } from '../riff/engine.ts';

/** What ETAs are made of. */
export type MeasuredSpeed = Pick<EngineDescription, 'msPerStep' | 'msFixed'>;

/** How much the newest render counts: a machine that gets busier is noticed after two or three. */
const NEWEST_WEIGHT = 0.4;

export function speedOf(files: Pick<RiffFiles, 'timings' | 'durationMs'>, steps: number): MeasuredSpeed {
  const denoiseMs = files.timings.denoise ?? 0;
  return { msPerStep: denoiseMs / steps, msFixed: Math.max(0, files.durationMs.render - denoiseMs) };
}

export function blendSpeed(known: MeasuredSpeed, newest: MeasuredSpeed): MeasuredSpeed {
  const blend = (before: number, now: number) => before + NEWEST_WEIGHT * (now - before);
  return {
    msPerStep: blend(known.msPerStep, newest.msPerStep),
    msFixed: blend(known.msFixed, newest.msFixed),
  };
}
