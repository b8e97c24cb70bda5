const SAMPLE_RATE = 22_050;
const HEADER_BYTES = 44;

/** A quiet tone as 16-bit mono PCM. */
export function createToneWav(seconds: number): Uint8Array {
  const frames = Math.round(SAMPLE_RATE * seconds);
  const view = new DataView(new ArrayBuffer(HEADER_BYTES + frames * 2));
  const text = (at: number, letters: string) =>
    [...letters].forEach((letter, index) => {
      view.setUint8(at + index, letter.charCodeAt(0));
    });
  text(0, 'RIFF');
  view.setUint32(4, view.byteLength - 8, true);
  text(8, 'WAVEfmt ');
  view.setUint32(16, 16, true);
  view.setUint16(20, 1, true);
  view.setUint16(22, 1, true);
  view.setUint32(24, SAMPLE_RATE, true);
  view.setUint32(28, SAMPLE_RATE * 2, true);
  view.setUint16(32, 2, true);
  view.setUint16(34, 16, true);
  text(36, 'data');
  view.setUint32(40, frames * 2, true);
  for (let i = 0; i < frames; i++) view.setInt16(HEADER_BYTES + i * 2, Math.sin(i / 12) * 3000, true);
  return new Uint8Array(view.buffer);
}
