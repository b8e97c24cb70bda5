/** Zero crossings of the sinc on either side. */
const HALF_WIDTH = 32;
/** Kaiser window with a stop band near −100 dB. */
const KAISER_BETA = 10;
/** The most filter phases. Rates whose ratio needs more use the nearest phase; the error stays below −75 dB. */
const MOST_PHASES = 4096;
/** Pass band as a fraction of the lower Nyquist frequency; the rest is the transition band. */
const PASS_BAND = 0.94;

/**
 * Waveform at `from` Hz → the same sound at `to` Hz, ⌈length · to / from⌉ samples; a copy when the rates are equal.
 * Band-limited interpolation by a Kaiser-windowed sinc with one filter per phase (Smith and Gossett, "A flexible
 * sampling-rate conversion method", ICASSP 1984). Samples beyond the ends count as zero.
 */
export function resample(waveform: Float32Array, from: number, to: number): Float32Array {
  if (from === to) return waveform.slice();
  const divisor = greatestCommonDivisor(from, to);
  const up = to / divisor;
  const down = from / divisor;
  const cutoff = PASS_BAND * Math.min(1, up / down);
  const reach = Math.ceil(HALF_WIDTH / cutoff);
  const phases = Math.min(up, MOST_PHASES);
  const filters = new Map<number, Float64Array>();
  const out = new Float32Array(Math.ceil((waveform.length * up) / down));
  for (let i = 0; i < out.length; i++) {
    const phase = Math.round((((i * down) % up) * phases) / up);
    const filter = filters.get(phase) ?? sincFilter(phase / phases, cutoff, reach);
    filters.set(phase, filter);
    const first = Math.floor((i * down) / up) - reach + 1;
    let sum = 0;
    for (let j = Math.max(0, -first); j < filter.length && first + j < waveform.length; j++) {
      sum += filter[j]! * waveform[first + j]!;
    }
    out[i] = sum;
  }
  return out;
}

/** 2 · reach weights, sum 1, for the samples around the point `fraction` after sample reach − 1. */
export function sincFilter(fraction: number, cutoff: number, reach: number): Float64Array {
  const weights = Float64Array.from({ length: 2 * reach }, (_, j) => {
    const distance = j - (reach - 1) - fraction;
    const position = distance / reach;
    return sinc(distance * cutoff) * bessel0(KAISER_BETA * Math.sqrt(Math.max(0, 1 - position * position)));
  });
  const sum = weights.reduce((total, weight) => total + weight, 0);
  return weights.map((weight) => weight / sum);
}

function sinc(x: number): number {
  return x === 0 ? 1 : Math.sin(Math.PI * x) / (Math.PI * x);
}

/** Modified Bessel function of the first kind and order 0, by its power series. */
function bessel0(x: number): number {
  let term = 1;
  let sum = 1;
  for (let k = 1; term > sum * 1e-16; k++) {
    term *= (x / (2 * k)) ** 2;
    sum += term;
  }
  return sum;
}

export function greatestCommonDivisor(a: number, b: number): number {
  return b === 0 ? a : greatestCommonDivisor(b, a % b);
}
