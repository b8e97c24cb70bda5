import { buffer } from 'node:stream/consumers';
import { UserError } from '../errors.ts';
import { decodeCompressed, TooMuchSound } from './decode-compressed.ts';
import { DECODED_RATE, type DecodedName, REFUSED_CODE, TOO_MUCH_SOUND_CODE } from './sound-format.ts';
import { partOf } from './sound-part.ts';
import { decodeWav, encodeWav } from './wav.ts';

/**
 * The process that decodes one file: `decode-child.ts FORMAT SECONDS [CLIP [START]]`. Reads the file from stdin and
 * writes a mono WAV of 44.1 kHz to stdout; with CLIP only the part that partOf returns, after a line with its start in
 * seconds. Exits with TOO_MUCH_SOUND_CODE if the file holds more than SECONDS, with REFUSED_CODE and an InputFault as
 * JSON on stdout for other faults of the input, and with 1 if the file cannot be decoded.
 */
async function main(): Promise<void> {
  const [format, seconds, clip, start] = process.argv.slice(2) as [DecodedName, string, string?, string?];
  try {
    const waveform = await decode(await buffer(process.stdin), format, Number(seconds));
    if (clip === undefined) return void process.stdout.write(encodeWav([waveform], DECODED_RATE));
    const part = partOf(waveform, DECODED_RATE, {
      clipSeconds: Number(clip),
      startSeconds: start === undefined ? undefined : Number(start),
    });
    process.stdout.write(`${part.startSeconds}\n`);
    process.stdout.write(encodeWav([part.waveform], DECODED_RATE));
  } catch (thrown) {
    process.exitCode = codeOf(thrown);
    if (thrown instanceof UserError) process.stdout.write(JSON.stringify(thrown.faults[0]));
  }
}

async function decode(bytes: Uint8Array, format: DecodedName, mostSeconds: number): Promise<Float32Array> {
  if (format !== 'wav') return await decodeCompressed(bytes, format, mostSeconds);
  return decodeWav(bytes, DECODED_RATE, 1000 * mostSeconds).waveform;
}

function codeOf(thrown: unknown): number {
  if (thrown instanceof TooMuchSound) return TOO_MUCH_SOUND_CODE;
  return thrown instanceof UserError ? REFUSED_CODE : 1;
}

await main();
