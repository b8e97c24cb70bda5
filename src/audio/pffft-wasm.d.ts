/** The functions of pffft's WASM build that are used here; pointers are byte offsets into HEAPF32's buffer. */
interface Pffft {
  /** A new view whenever the memory has grown. */
  readonly HEAPF32: Float32Array;
  _pffft_new_setup(size: number, realOrComplex: 0 | 1): number;
  _pffft_aligned_malloc(bytes: number): number;
  _pffft_transform(setup: number, from: number, to: number, work: number, direction: 0 | 1): void;
  _pffft_transform_ordered(setup: number, from: number, to: number, work: number, direction: 0 | 1): void;
  _pffft_zconvolve_accumulate(setup: number, a: number, b: number, sum: number, scaling: number): void;
}

declare module '@echogarden/pffft-wasm' {
  const load: () => Promise<Pffft>;

  // biome-ignore lint/style/noDefaultExport: the package has one.
  export { load as default };
}

declare module '@echogarden/pffft-wasm/simd' {
  const load: () => Promise<Pffft>;

  // biome-ignore lint/style/noDefaultExport: the package has one.
  export { load as default };
}
