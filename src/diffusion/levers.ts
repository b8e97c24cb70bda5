/**
 * What trades exactness for time. The exact run has every lever off; how much each costs is in models/README.md.
 */
export interface Levers {
  readonly guidance: GuidanceLever;
  /** Null: every step asks the U-Net. */
  readonly forecast: ForecastLever | null;
}

export interface GuidanceLever {
  /**
   * Noise levels σ = √((1 − ᾱ) / ᾱ): the negative side counts where low < σ ≤ high; elsewhere the prompt is run alone,
   * as with guidance 1. Kynkäänniemi et al., 2024 (2404.07724).
   */
  readonly interval: { readonly low: number; readonly high: number };
  /**
   * Inside the interval the negative side is run on every n-th of the asked steps; between those, its last difference
   * from the prompt side holds on. Lv et al., 2024 (2410.19355), without weights by frequency.
   */
  readonly every: number;
}

/** Predictions of earlier steps stand in for the U-Net. Liu et al., 2025 (2503.06923), on the whole network's output. */
export interface ForecastLever {
  /** Degree of the polynomial in the timestep through the last predictions: 0 holds the last one on, 1 is a line. */
  readonly degree: 0 | 1 | 2;
  /** Asked steps at the start, more than the degree. */
  readonly warmUp: number;
  /** After that every n-th step is asked; the last one always. */
  readonly every: number;
}

export const EXACT: Levers = {
  guidance: { interval: { low: 0, high: Number.POSITIVE_INFINITY }, every: 1 },
  forecast: null,
};
