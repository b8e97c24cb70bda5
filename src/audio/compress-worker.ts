import { parentPort, workerData } from 'node:worker_threads';
import { type CompressedSound, voiceWaveform } from './compress-sound.ts';
import { encodeOggOpus } from './ogg-opus.ts';
import { readWav } from './wav.ts';

/** A thread for one sound: `workerData` holds the WAV. */
const { waveform, sampleRate, ...info } = readWav(workerData as Uint8Array);
const compressed: CompressedSound = {
  ogg: encodeOggOpus(waveform, sampleRate, info),
  seconds: waveform.length / sampleRate,
  waveform: voiceWaveform(waveform, sampleRate),
};
parentPort?.postMessage(compressed);
