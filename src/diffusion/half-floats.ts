/** Half floats, little-endian as all machines are that OpenVINO runs on. */
export function toHalfFloats(values: Float32Array): Uint8Array {
  const halves = Float16Array.from(values);
  return new Uint8Array(halves.buffer);
}

/** Bytes of half floats; one that is left over is not read. */
export function fromHalfFloats(bytes: Uint8Array): Float32Array {
  // A copy, since the bytes may begin at any address; a Buffer's own slice would be none.
  const aligned = new Uint8Array(bytes.subarray(0, bytes.length - (bytes.length % 2)));
  const halves = new Float16Array(aligned.buffer);
  return Float32Array.from(halves);
}
