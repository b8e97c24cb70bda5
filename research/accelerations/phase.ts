import { encodeMel } from '../../src/audio/encode-mel.ts';
import { createReconstructor, type ReconstructOptions } from '../../src/audio/reconstruct.ts';
import { median } from '../../src/cli/bench/percentile.ts';
import type { SpectrogramParams } from '../../src/spectrogram/params.ts';

/** A way from magnitudes to phases, over the given spectrograms. */
export interface PhaseFigures {
  readonly name: string;
  /** 20 log10(|mel(waveform) − mel| / |mel|), mean; lower is closer to the picture. */
  readonly convergenceDb: number;
  /** Milliseconds, median. */
  readonly tookMs: number;
}

export interface MelSpectrogram {
  /** [nMels, frames]. */
  readonly melMagnitudes: Float32Array;
  readonly frames: number;
}

type Recovery = Pick<ReconstructOptions, 'method'> & { readonly iterations: number };

export const RECOVERIES: readonly Recovery[] = [
  { method: 'classic', iterations: 32 },
  ...[32, 12, 8, 4, 2, 1, 0].map((iterations) => ({ method: 'pghi', iterations }) as const),
];

/** What fewer iterations of the phase recovery cost, on every given spectrogram. */
export async function measurePhase(
  params: SpectrogramParams,
  spectrograms: readonly MelSpectrogram[],
  signal: AbortSignal,
): Promise<readonly PhaseFigures[]> {
  const reconstructor = createReconstructor(params);
  const recover = async (spectrogram: MelSpectrogram, recovery: Recovery) => {
    const startedMs = performance.now();
    const { melMagnitudes, frames } = spectrogram;
    const waveform = await reconstructor.waveform(melMagnitudes, frames, { ...recovery, seed: 0, signal });
    const tookMs = performance.now() - startedMs;
    return { tookMs, convergenceDb: melConvergenceDb(waveform, melMagnitudes, params) };
  };
  const figures: PhaseFigures[] = [];
  for (const recovery of RECOVERIES) {
    const results: Awaited<ReturnType<typeof recover>>[] = [];
    for (const spectrogram of spectrograms) results.push(await recover(spectrogram, recovery));
    const sum = results.reduce((total, { convergenceDb }) => total + convergenceDb, 0);
    figures.push({
      name: `${recovery.method}-${recovery.iterations}`,
      convergenceDb: sum / results.length,
      tookMs: median(results.map(({ tookMs }) => tookMs)),
    });
  }
  return figures;
}

function melConvergenceDb(waveform: Float32Array, wanted: Float32Array, params: SpectrogramParams): number {
  const { melMagnitudes } = encodeMel(waveform, params);
  let error = 0;
  let norm = 0;
  for (let i = 0; i < wanted.length; i++) {
    error += (melMagnitudes[i]! - wanted[i]!) ** 2;
    norm += wanted[i]! ** 2;
  }
  return 10 * Math.log10(error / norm);
}
