import { buffer } from 'node:stream/consumers';
import { decodeCompressed, TooMuchSound } from './decode-compressed.ts';
import { type CodecName, TOO_MUCH_SOUND_CODE } from './sound-format.ts';
import { encodeWav } from './wav.ts';

/**
 * A process of its own that decodes one file: `decode-child.ts CODEC SECONDS`, the file on its input, a mono WAV of
 * 44.1 kHz on its output. Ends with 1 where the file cannot be read, with TOO_MUCH_SOUND_CODE where it holds more than it may.
 */
async function main(): Promise<void> {
  const [codec, seconds] = process.argv.slice(2) as [CodecName, string];
  try {
    const waveform = await decodeCompressed(await buffer(process.stdin), codec, Number(seconds));
    process.stdout.write(encodeWav([waveform], 44_100));
  } catch (thrown) {
    process.exitCode = thrown instanceof TooMuchSound ? TOO_MUCH_SOUND_CODE : 1;
  }
}

await main();
