/** Half floats in the machine's byte order, which is little-endian wherever OpenVINO runs. */
export function toHalfFloats(values: Float32Array): Uint8Array {
  const halves = Float16Array.from(values);
  return new Uint8Array(halves.buffer);
}

/** Reads half floats; an odd last byte is ignored. */
export function fromHalfFloats(bytes: Uint8Array): Float32Array {
  // Copied, because the bytes may begin at any address. A Buffer's slice would not copy.
  const aligned = new Uint8Array(bytes.subarray(0, bytes.length - (bytes.length % 2)));
  const halves = new Float16Array(aligned.buffer);
  return Float32Array.from(halves);
}
