/**
 * Is the asked tempo heard? `node research/tempo.ts [PROFILE [SECONDS]]` renders twelve styles with drums at seven tempi
 * that riff-mini was not trained on, the tempo in the words of the prompt, and measures it in the picture without knowing
 * what was asked. One JSON line for each render, then a table; its last column is a control, which holds every render
 * against another tempo of the list. Without SECONDS: single clips.
 */
import { choiceOption } from '../src/cli/option-parsers.ts';
import type { Riff } from '../src/render/render-riff.ts';
import { DEFAULT_PROFILE, PROFILE_NAMES } from '../src/riff/request.ts';
import { autocorrelation, onsets, peakNear } from '../src/spectrogram/beat.ts';
import { isSameTempo } from './pieces/measures.ts';
import { type Picture, readPicture } from './pieces/picture.ts';
import { openStudio } from './pieces/studio.ts';

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
/** Columns of 10 ms in four beats at 200 and at 60 beats a minute. */
const [SHORTEST_BAR, LONGEST_BAR] = [120, 400];

const [wanted = DEFAULT_PROFILE, seconds] = process.argv.slice(2);
const profile = choiceOption('profile', PROFILE_NAMES)(wanted);
const studio = await openStudio();

function render(prompt: string, seed: number): Promise<Riff> {
  const length = seconds === undefined ? {} : { lengthSeconds: Number(seconds) };
  return studio.render({ prompt, seed, profile, ...length });
}

/** The tempo whose beats, two beats and bars come again most clearly: a dotted rhythm has no bars of its own. */
function heardBpm(picture: Picture): number {
  const correlation = autocorrelation(onsets(picture));
  const at = (lag: number): number => correlation[Math.round(lag)] ?? 0;
  const clarity = (bar: number): number => at(bar / 4) + at(bar / 2) + at(bar);
  let bar = SHORTEST_BAR;
  for (let lag = bar; lag <= LONGEST_BAR; lag++) if (clarity(lag) > clarity(bar)) bar = lag;
  return (4 * 6000) / peakNear(correlation, bar);
}

interface Measured {
  readonly style: string;
  readonly asked: number;
  readonly heard: number;
  readonly isKept: boolean;
  readonly isOther: boolean;
}

async function measure(style: string, index: number, seed: number): Promise<Measured> {
  const [asked, other] = [TEMPI[index]!, TEMPI[(index + 3) % TEMPI.length]!];
  const { png } = await render(`${style}, ${asked} bpm`, seed);
  const heard = heardBpm(await readPicture(png));
  return { style, asked, heard, isKept: isSameTempo(heard, asked), isOther: isSameTempo(heard, other) };
}

function row(name: string, all: readonly Measured[]): string {
  const share = (key: 'isKept' | 'isOther') => all.filter((one) => one[key]).length / all.length;
  return `| ${name} | ${all.length} | ${share('isKept').toFixed(2)} | ${share('isOther').toFixed(2)} |`;
}

const found: Measured[] = [];
for (const [place, style] of STYLES.entries()) {
  for (const index of TEMPI.keys()) {
    const measured = await measure(style, index, 1000 + 10 * place + index);
    found.push(measured);
    console.log(JSON.stringify(measured));
  }
}
console.log(`\n| ${profile} | n | asked tempo within 1 % | another tempo |\n|---|---|---|---|`);
for (const style of STYLES) {
  console.log(
    row(
      style,
      found.filter((one) => one.style === style),
    ),
  );
}
console.log(row('all', found));
await studio.dispose();
