/**
 * Is the asked tempo heard? `node research/tempo.ts [PROFILE [SECONDS]]` renders twelve styles with drums at seven tempi
 * that riff-mini was not trained on, the tempo in the words of the prompt: is it kept within 1 %, half or double too? One JSON
 * line for each render, and a table of two measures: the peak of the onsets' autocorrelation over four beats (beside
 * another tempo of the list, as a control), and the beat tracker, which is not told what was asked and takes a dotted rhythm
 * for the beat at times. Without SECONDS: single clips.
 */
import { fileURLToPath } from 'node:url';
import { openRuntime } from '../src/openvino/open-runtime.ts';
import { defaultsOf } from '../src/render/profiles.ts';
import { type Riff, renderRiff } from '../src/render/render-riff.ts';
import { loadRenderer } from '../src/render/renderer.ts';
import { DEFAULT_PROFILE, PROFILE_NAMES, parseRiffRequest } from '../src/riff/request.ts';
import { findBeat } from '../src/spectrogram/beat.ts';
import { tempoErrorPercent } from './pieces/measures.ts';
import { type Picture, readPicture } from './pieces/picture.ts';

const STYLES = [
  'techno',
  'rock',
  'funk',
  'reggae',
  'bossa nova',
  'hip hop',
  'house',
  'drum and bass',
  'country',
  'metal',
  'synthwave',
  'disco',
];
const TEMPI = [84, 90, 97, 103, 118, 129, 163];
/** Of the asked tempo. */
const TOLERANCE = 0.01;
/** As many as fit into a single clip several times. */
const BEATS = 4;

const [name = DEFAULT_PROFILE, seconds] = process.argv.slice(2);
const profile = PROFILE_NAMES.find((known) => known === name);
if (!profile) throw new Error(`profile: expected one of ${PROFILE_NAMES.join(', ')}, got ${name}`);
const runtime = await openRuntime();
const modelFolder = fileURLToPath(new URL('../models/riff-mini', import.meta.url));
const renderer = await loadRenderer({ runtime, modelFolder, device: 'CPU' });
const defaults = defaultsOf(profile, renderer.model.defaults);

function render(prompt: string, seed: number): Promise<Riff> {
  const length = seconds === undefined ? {} : { lengthSeconds: Number(seconds) };
  return renderRiff(renderer, parseRiffRequest({ prompt, seed, profile, ...length }, defaults, 0), {
    onProgress: () => {},
    signal: new AbortController().signal,
    files: { latents: async () => null, upload: async () => new Uint8Array() },
  });
}

/** Half and double count as the same. */
function isNear(bpm: number, asked: number): boolean {
  const octaves = Math.log2(bpm / asked);
  return Math.abs(2 ** (octaves - Math.round(octaves)) - 1) <= TOLERANCE;
}

/** Whether the onsets come again behind four beats of a tempo, and not a little earlier or later. */
function repeats(picture: Picture, bpm: number): boolean {
  const percent = tempoErrorPercent(picture, bpm, BEATS);
  return percent !== null && percent <= 100 * TOLERANCE;
}

type Kept = Readonly<Record<'bar' | 'beat' | 'otherTempo', boolean>>;

function keptOf(picture: Picture, asked: number, other: number): Kept {
  const beat = findBeat(picture, 10);
  return {
    bar: repeats(picture, asked),
    beat: beat !== null && isNear(beat.bpm, asked),
    otherTempo: repeats(picture, other),
  };
}

function row(name: string, all: readonly Kept[]): string {
  const counts = (['bar', 'beat', 'otherTempo'] as const).map(
    (key) => all.filter((kept) => kept[key]).length,
  );
  return `| ${[name, all.length, ...counts.map((count) => (count / all.length).toFixed(2))].join(' | ')} |`;
}

const found = new Map<string, Kept[]>(STYLES.map((style) => [style, []]));
for (const [place, style] of STYLES.entries()) {
  for (const [index, asked] of TEMPI.entries()) {
    const { png } = await render(`${style}, ${asked} bpm`, 1000 + 10 * place + index);
    const kept = keptOf(await readPicture(png), asked, TEMPI[(index + 3) % TEMPI.length]!);
    found.get(style)?.push(kept);
    console.log(JSON.stringify({ style, asked, ...kept }));
  }
}
console.log(
  `\n| ${profile} | n | four beats | beat tracker | four beats, another tempo |\n|---|---|---|---|---|`,
);
for (const [style, kept] of found) console.log(row(style, kept));
console.log(row('all', [...found.values()].flat()));
await renderer.dispose();
await runtime.dispose();
