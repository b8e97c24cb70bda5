export interface FrameShape {
  /** Length of the DFT, even. */
  readonly nFft: number;
  /** Samples in the middle of the nFft that can be other than zero, even. */
  readonly winLength: number;
  /** Lowest bins kept, at most nFft / 2 + 1. */
  readonly bins: number;
}

/**
 * The DFT of real frames that are zero outside their middle, cut to the lowest bins; and its adjoint.
 * Sample j of `frame` is at position (nFft − winLength) / 2 + j, as torch.stft centres a short window.
 * Work is done in place on the two arrays, which all users of a shape share: fill, transform and read without
 * giving way in between.
 */
export interface FrameTransform extends FrameShape {
  /** [winLength]. Fetch once per pass. */
  readonly frame: Float32Array;
  /** [bins, 2] real and imaginary. Fetch once per pass. */
  readonly spectrum: Float32Array;
  /** frame → spectrum, unscaled. The frame is kept. */
  forward(): void;
  /** spectrum (other bins taken as zero) → frame, nFft times too large. The spectrum's imaginary parts at 0 Hz
   * and Nyquist are ignored. The spectrum is lost. */
  backward(): void;
}
