export interface FrameShape {
  /** Length of the DFT, even. */
  readonly nFft: number;
  /** Length of the window in the middle of the frame, even; all samples outside it are zero. */
  readonly winLength: number;
  /** Lowest bins kept, at most nFft / 2 + 1. */
  readonly bins: number;
}

/**
 * The DFT of windowed real frames, cut to the lowest bins, and its adjoint. Sample j of `frame` is at position
 * (nFft − winLength) / 2 + j of the DFT, as torch.stft centres a short window.
 * Both transforms work on two arrays that all users of one shape share: do not await between filling an array and
 * reading the result.
 */
export interface FrameTransform extends FrameShape {
  /** [winLength]. Fetch once per pass. */
  readonly frame: Float32Array;
  /** [bins, 2] real and imaginary. Fetch once per pass. */
  readonly spectrum: Float32Array;
  /** frame → spectrum, unscaled. The frame is kept. */
  forward(): void;
  /**
   * spectrum → frame, nFft times too large. Bins above the kept ones count as zero; the imaginary parts at 0 Hz and
   * Nyquist are ignored. Destroys the spectrum.
   */
  backward(): void;
}
