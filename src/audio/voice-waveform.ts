/** Limits of Discord's voice messages (resources/message, "Voice Messages"). */
const MOST_POINTS = 256;
const MOST_POINTS_A_SECOND = 10;
const LOUDEST = 255;

/**
 * The bars that Discord draws for a voice message: 1 to 256 bytes, each for 100 ms or longer. A bar is the RMS of its part
 * of the sound, scaled so that the loudest is 255.
 */
export function voiceWaveform(waveform: Float32Array, sampleRate: number): Uint8Array {
  const wanted = Math.floor((waveform.length * MOST_POINTS_A_SECOND) / sampleRate);
  const points = Math.max(1, Math.min(MOST_POINTS, wanted));
  const levels = Array.from({ length: points }, (_, point) => {
    const [from, to] = [point, point + 1].map((edge) => Math.round((edge * waveform.length) / points));
    return rms(waveform.subarray(from, to));
  });
  const loudest = Math.max(...levels);
  return Uint8Array.from(levels, (level) => (loudest === 0 ? 0 : Math.round((LOUDEST * level) / loudest)));
}

function rms(samples: Float32Array): number {
  const power = samples.reduce((sum, sample) => sum + sample * sample, 0);
  return Math.sqrt(power / Math.max(1, samples.length));
}
