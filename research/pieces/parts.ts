import { decodeWav } from '../../src/audio/wav.ts';
import { decodeLatents } from '../../src/render/latents-file.ts';
import { extended, morphed, REMIX_STRENGTHS, remixed, varied } from '../../src/riff/follow-up.ts';
import type { ProfileName, RiffRequest } from '../../src/riff/request.ts';
import {
  beatOnsetsMs,
  clearBeat,
  isSameTempo,
  levelDb,
  phaseMs,
  psnrDb,
  repetition,
  seamSteps,
  tempoErrorPercent,
} from './measures.ts';
import { cropped, type Picture, readPicture } from './picture.ts';
import type { Drawing, Studio } from './studio.ts';

/** Numbers of one prompt; null: it has none, such as a phase without a clear beat. */
export type Figures = Readonly<Record<string, number | null>>;

/** A clip for the judge, and the words that were asked for. */
export interface Clip {
  readonly role: string;
  readonly picture: Picture;
  readonly words: Words;
}

interface Words {
  readonly style: string;
  readonly family: string;
}

export interface Measuring {
  readonly studio: Studio;
  readonly profile: ProfileName;
  readonly keep: (clip: Clip) => void;
}

const STYLES = [
  ...['jazz', 'techno', 'rock', 'funk', 'reggae', 'blues', 'house', 'hip hop', 'country', 'disco'],
  ...['bossa nova', 'salsa', 'metal', 'synthwave', 'folk', 'lo-fi', 'drum and bass'],
];
/** Instruments and what the judge calls their families. */
const LEADS = [
  ['piano', 'piano'],
  ['synth', 'synth'],
  ['electric guitar', 'guitar'],
  ['organ', 'organ'],
  ['trumpet', 'brass'],
  ['saxophone', 'wind'],
  ['vibraphone', 'mallet'],
] as const;
const TEMPI = [100, 120, 90, 128, 140, 75, 110, 133];
const CLIP = 512;

/** 17 styles and 7 instruments: 119 prompts before one comes again. */
function wordsOf(index: number): Words & { readonly prompt: string } {
  const style = STYLES[index % STYLES.length]!;
  const [lead, family] = LEADS[index % LEADS.length]!;
  return { style, family, prompt: `${style} with ${lead} and drums` };
}

function requestOf(
  index: number,
  { studio, profile }: Measuring,
  more: Partial<RiffRequest> = {},
): RiffRequest {
  const { prompt } = wordsOf(index);
  return studio.complete({ prompt, seed: 100 + index, profile, ...more });
}

type Part = (index: number, measuring: Measuring) => Promise<Figures>;

const pieces: Part = async (index, measuring) => {
  const bpm = TEMPI[index % TEMPI.length]!;
  const words = wordsOf(index);
  const { picture } = await measuring.studio.draw(requestOf(index, measuring, { lengthSeconds: 20, bpm }));
  const single = await measuring.studio.draw(requestOf(index, measuring, { bpm }));
  measuring.keep({ role: 'single', picture: single.picture, words });
  for (const clip of [0, 1, 2, 3]) {
    const at = Math.min(clip * CLIP, picture.width - CLIP);
    measuring.keep({ role: `clip ${clip + 1}`, picture: cropped(picture, at, CLIP), words });
  }
  return {
    repetition: repetition(picture, 900, 1100),
    tempoErrorPercent: tempoErrorPercent(picture, bpm),
    driftDb: Math.abs(levelDb(picture, 1500, 2000) - levelDb(picture, 0, 500)),
  };
};

const bpm: Part = async (index, measuring) => {
  const bpm = TEMPI[index % TEMPI.length]!;
  const { picture } = await measuring.studio.draw(requestOf(index, measuring, { lengthSeconds: 10, bpm }));
  return { errorPercent: tempoErrorPercent(picture, bpm) };
};

const extend: Part = async (index, measuring) => {
  const { studio, keep } = measuring;
  const words = wordsOf(index);
  const riff = requestOf(index, measuring);
  const parent = await studio.draw(riff);
  studio.kept.set('parent', parent.latents);
  const { grid } = studio.renderer;
  const request = extended({ riff, jobId: 'parent' }, { seconds: 5, at: 'end', seed: 500 + index }, grid);
  const { picture } = await studio.draw(request);
  const other = await studio.draw({ ...riff, seed: 700 + index });
  keep({ role: 'parent', picture: parent.picture, words });
  keep({ role: 'new', picture: cropped(picture, picture.width - CLIP, CLIP), words });
  keep({ role: 'other seed', picture: other.picture, words });
  const beat = clearBeat(parent.picture, grid);
  const chance = joined(parent.picture, other.picture);
  return {
    stepDb: Math.abs(levelDb(picture, CLIP, CLIP + 100) - levelDb(picture, CLIP - 100, CLIP)),
    bpm: beat && 6000 / beat,
    phaseMs: beat && phaseMs(picture, beat, CLIP),
    otherSeedPhaseMs: beat && phaseMs(chance, beat, CLIP),
  };
};

function joined(one: Picture, other: Picture): Picture {
  const { height } = one;
  const width = one.width + other.width;
  const pixels = new Uint8Array(width * height);
  for (let row = 0; row < height; row++) {
    pixels.set(one.pixels.subarray(row * one.width, (row + 1) * one.width), row * width);
    pixels.set(other.pixels.subarray(row * other.width, (row + 1) * other.width), row * width + one.width);
  }
  return { pixels, width, height };
}

const loop: Part = async (index, measuring) => {
  const bpm = TEMPI[index % TEMPI.length]!;
  const words = wordsOf(index);
  const { sampleRate } = measuring.studio.renderer.params;
  const riff = await measuring.studio.render(requestOf(index, measuring, { loop: true, bpm }));
  const picture = await readPicture(riff.png);
  const single = await measuring.studio.draw(requestOf(index, measuring, { bpm }));
  measuring.keep({ role: 'loop', picture: cropped(picture, 0, CLIP), words });
  measuring.keep({ role: 'no loop', picture: single.picture, words });
  const [atSeam = null, ...inside] = beatOnsetsMs(picture, 6000 / bpm);
  const heard = inside.filter((offMs) => offMs !== null);
  return {
    ...seamSteps(decodeWav(riff.wav, sampleRate).waveform, sampleRate),
    seamOnsetMs: atSeam,
    'beats inside: within 10 ms': heard.filter((offMs) => offMs <= 10).length / heard.length,
  };
};

const vary: Part = async (index, measuring) => {
  const { studio, keep } = measuring;
  const riff = requestOf(index, measuring);
  const words = wordsOf(index);
  const parent = await studio.draw(riff);
  const requests = {
    near: varied({ riff }, 'near', 900 + index),
    far: varied({ riff }, 'far', 900 + index),
    'other seed': { ...riff, seed: 900 + index },
  };
  keep({ role: 'parent', picture: parent.picture, words });
  const { grid } = studio.renderer;
  const beat = clearBeat(parent.picture, grid);
  const figures: Record<string, number | null> = {};
  for (const [role, request] of Object.entries(requests)) {
    const drawn = await studio.draw(request);
    keep({ role, picture: drawn.picture, words });
    figures[role] = latentDistance(parent, drawn, studio);
    const found = clearBeat(drawn.picture, grid);
    figures[`${role}: tempo kept`] = beat && Number(found !== null && isSameTempo(beat, found));
  }
  return figures;
};

function latentDistance(one: Drawing, other: Drawing, { renderer }: Studio): number {
  const [a, b] = [one, other].map(({ latents }) => decodeLatents(latents, renderer.model)?.latents);
  if (!a || !b) return Number.NaN;
  return Math.sqrt(a.reduce((sum, value, i) => sum + (value - b[i]!) ** 2, 0) / a.length);
}

const morph: Part = async (index, measuring) => {
  const { studio, keep } = measuring;
  const bpm = 125;
  const ends = [requestOf(index, measuring, { bpm }), requestOf(index + 1, measuring, { bpm })] as const;
  const [begin, end] = [await studio.draw(ends[0]), await studio.draw(ends[1])];
  const request = morphed(
    [{ words: ends[0] }, { words: ends[1] }],
    { lengthSeconds: 20, bpm, seed: 1 },
    studio.renderer.grid,
  );
  const { picture } = await studio.draw(request);
  keep({ role: 'begin', picture: begin.picture, words: wordsOf(index) });
  keep({ role: 'end', picture: end.picture, words: wordsOf(index + 1) });
  for (let at = 0; at <= picture.width - CLIP; at += CLIP / 4) {
    keep({ role: `at ${at}`, picture: cropped(picture, at, CLIP), words: wordsOf(index) });
  }
  // The last two latent columns of an end belong to what is new, and the decoder looks a little further.
  return { beginPsnrDb: psnrDb(cropped(picture, 0, 416), cropped(begin.picture, 0, 416)) };
};

const remix: Part = async (index, measuring) => {
  const { studio, keep } = measuring;
  const source = await studio.render(requestOf(index, measuring));
  studio.kept.set('a.upload', source.wav);
  const of = { upload: 'a.upload', startSeconds: 0 };
  // Another style on another instrument.
  const asked = index + 3;
  const picture = await readPicture(source.png);
  keep({ role: 'source', picture, words: wordsOf(index) });
  for (const [name, strength] of Object.entries(REMIX_STRENGTHS)) {
    const request = requestOf(asked, measuring, remixed(of, {}, strength));
    keep({ role: name, picture: (await studio.draw(request)).picture, words: wordsOf(asked) });
  }
  const same = await studio.draw(requestOf(index, measuring, remixed(of, {}, 0)));
  return { psnrDb: psnrDb(cropped(same.picture, 0, 500), cropped(picture, 0, 500)) };
};

const minute: Part = async (index, measuring) => {
  const before = process.cpuUsage();
  const request = requestOf(index, measuring, { lengthSeconds: 60, bpm: 125 });
  const { durationMs, timings } = await measuring.studio.render(request);
  const { user, system } = process.cpuUsage(before);
  return {
    seconds: durationMs.render / 1000,
    cpuSeconds: (user + system) / 1e6,
    rssMiB: process.resourceUsage().maxRSS / 1024,
    denoiseMs: timings.denoise ?? 0,
  };
};

export const PARTS: Readonly<Record<string, Part>> = {
  pieces,
  bpm,
  extend,
  loop,
  vary,
  morph,
  remix,
  minute,
};
