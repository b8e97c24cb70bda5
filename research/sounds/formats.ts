/**
 * What a remix of strength 0 keeps of a file, by its format: `node research/sounds/formats.ts [COUNT]` writes COUNT riffs, 4 by
 * default, in each format with ffmpeg, reads them as the bot does, and prints as Markdown the PSNR of the result against
 * the file's own picture: the least and the median.
 */
import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { cutSound } from '../../src/audio/decode-sound.ts';
import { encodeMel } from '../../src/audio/encode-mel.ts';
import { decodeWav } from '../../src/audio/wav.ts';
import { median } from '../../src/cli/bench/percentile.ts';
import { remixed } from '../../src/riff/follow-up.ts';
import { melToPicture } from '../../src/spectrogram/picture.ts';
import { psnrDb } from '../pieces/measures.ts';
import { cropped } from '../pieces/picture.ts';
import { openStudio } from '../pieces/studio.ts';

/** By the end of the file's name. */
const ENCODERS = {
  wav: [],
  flac: ['-c:a', 'flac'],
  mp3: ['-c:a', 'libmp3lame', '-b:a', '128k'],
  ogg: ['-c:a', 'libvorbis', '-q:a', '4'],
  opus: ['-c:a', 'libopus', '-b:a', '96k'],
  m4a: ['-c:a', 'aac', '-b:a', '128k'],
  webm: ['-c:a', 'libopus', '-b:a', '96k'],
} as const;
const PROMPTS = ['jazz piano with drums', 'rock guitar', 'vocals with strings', 'techno synth with drums'];
/** The last columns see what stands after the end. */
const COMPARED = 500;

const run = promisify(execFile);
const count = Number(process.argv[2] ?? PROMPTS.length);
const folder = await mkdtemp(join(tmpdir(), 'riff-formats-'));
const studio = await openStudio();
const { params, clipMs } = studio.renderer;

/** Of the remixed file against its own picture. */
async function psnrOf(file: string): Promise<number> {
  const { wav } = await cutSound(await readFile(file), { clipSeconds: clipMs / 1000, startSeconds: 0 });
  studio.kept.set('a.upload', wav);
  const { waveform } = decodeWav(wav, params.sampleRate);
  const { melMagnitudes, frames } = encodeMel(waveform, params);
  const own = melToPicture(melMagnitudes, frames, params);
  const remix = remixed({ upload: 'a.upload', startSeconds: 0 }, { prompt: 'jazz', seed: 1 }, 0);
  const { picture } = await studio.draw(remix);
  return psnrDb(cropped(picture, 0, COMPARED), cropped(own, 0, COMPARED));
}

const sources: string[] = [];
for (let index = 0; index < count; index++) {
  const prompt = PROMPTS[index % PROMPTS.length]!;
  const { wav } = await studio.render({ prompt, seed: 20 + index });
  sources.push(join(folder, `${index}.source.wav`));
  await writeFile(sources.at(-1)!, wav);
}
console.log('| format | PSNR, dB, least | median | files |\n| --- | --- | --- | --- |');
for (const [format, encoder] of Object.entries(ENCODERS)) {
  const values: number[] = [];
  for (const source of sources) {
    const file = join(folder, `a.${format}`);
    await run('ffmpeg', ['-y', '-loglevel', 'error', '-i', source, ...encoder, file]);
    values.push(await psnrOf(file));
  }
  const cells = [Math.min(...values).toFixed(1), median(values).toFixed(1), values.length];
  console.log(`| ${format} | ${cells.join(' | ')} |`);
}
await rm(folder, { recursive: true });
await studio.dispose();
