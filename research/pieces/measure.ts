/**
 * Measures pieces of riff-mini: `node research/pieces/measure.ts PART [COUNT [FIRST]]`, one JSON line for each render and
 * one with the medians. PART: pieces, extend, loop, vary, morph, remix or minute. COUNT: prompts, 8 by default, from the
 * FIRST on, 0 by default.
 */
import { fileURLToPath } from 'node:url';
import { decodeWav } from '../../src/audio/wav.ts';
import { median } from '../../src/cli/bench/percentile.ts';
import { openRuntime } from '../../src/openvino/open-runtime.ts';
import { decodeLatents } from '../../src/render/latents-file.ts';
import { type Riff, renderRiff } from '../../src/render/render-riff.ts';
import { loadRenderer } from '../../src/render/renderer.ts';
import { extended, morphed, varied } from '../../src/riff/follow-up.ts';
import { parseRiffRequest, type RiffRequest } from '../../src/riff/request.ts';
import { clearBeat, levelDb, phaseMs, psnrDb, repetition, seam, tempoErrorPercent } from './measures.ts';
import { type Picture, readPicture } from './picture.ts';

const [part = 'pieces', count = '8', first = '0'] = process.argv.slice(2);
const STYLES = [
  'jazz piano',
  'techno synth',
  'rock guitar',
  'funk bass',
  'reggae organ',
  'house piano',
  'disco strings',
];
const TEMPI = [100, 120, 90, 128, 140, 75, 110, 133];

const runtime = await openRuntime();
const modelFolder = fileURLToPath(new URL('../../models/riff-mini', import.meta.url));
const renderer = await loadRenderer({ runtime, modelFolder, device: 'CPU' });
const { grid, model } = renderer;
const uploads = new Map<string, Uint8Array>();
const kept = new Map<string, Uint8Array>();

function requestOf(index: number, more: Partial<RiffRequest> = {}): RiffRequest {
  const prompt = `${STYLES[index % STYLES.length]} with drums`;
  return parseRiffRequest({ prompt, seed: 100 + index, ...more }, model.defaults, 0);
}

function render(request: RiffRequest): Promise<Riff> {
  return renderRiff(renderer, request, {
    onProgress: () => {},
    signal: new AbortController().signal,
    files: {
      latents: async (jobId) => kept.get(jobId) ?? null,
      upload: async (name) => uploads.get(name) ?? new Uint8Array(),
    },
  });
}

type Figures = Readonly<Record<string, number | null>>;

const PARTS: Readonly<Record<string, (index: number) => Promise<Figures>>> = {
  async pieces(index) {
    const bpm = TEMPI[index % TEMPI.length]!;
    const riff = await render(requestOf(index, { lengthSeconds: 20, bpm }));
    const picture = await readPicture(riff.png);
    const { waveform } = decodeWav(riff.wav, 44_100);
    const quarter = waveform.length / 4;
    return {
      repetition: repetition(picture, 900, 1100),
      tempoErrorPercent: tempoErrorPercent(picture, bpm),
      driftDb: levelDb(waveform, 3 * quarter, 4 * quarter) - levelDb(waveform, 0, quarter),
    };
  },
  async extend(index) {
    const riff = requestOf(index);
    const before = await render(riff);
    const parent = await readPicture(before.png);
    kept.set('parent', before.latents);
    const longer = await render(
      extended({ riff, jobId: 'parent' }, { seconds: 5, at: 'end', seed: 500 + index }, grid),
    );
    const picture = await readPicture(longer.png);
    const { waveform } = decodeWav(longer.wav, 44_100);
    const joint = Math.round(5.12 * 44_100);
    const beat = clearBeat(parent, grid);
    const step = levelDb(waveform, joint, joint + 44_100) - levelDb(waveform, joint - 44_100, joint);
    return {
      stepDb: Math.abs(step),
      bpm: beat === null ? null : 6000 / beat,
      phaseMs: beat === null ? null : phaseMs(picture, beat, 512),
    };
  },
  async loop(index) {
    const riff = await render(requestOf(index, { loop: true, bpm: TEMPI[index % TEMPI.length]! }));
    return { seam: seam(decodeWav(riff.wav, 44_100).waveform) };
  },
  async vary(index) {
    const riff = requestOf(index);
    const parent = await render(riff);
    const distance = async (request: RiffRequest) => latentDistance(parent, await render(request));
    return {
      near: await distance(varied({ riff }, 'near', 900 + index)),
      far: await distance(varied({ riff }, 'far', 900 + index)),
      otherSeed: await distance({ ...riff, seed: 900 + index }),
    };
  },
  async morph(index) {
    const ends = [requestOf(index, { bpm: 125 }), requestOf(index + 1, { bpm: 125 })] as const;
    const morph = await render(
      morphed([{ riff: ends[0] }, { riff: ends[1] }], { lengthSeconds: 20, bpm: 125, seed: 1 }, grid),
    );
    const picture = await readPicture(morph.png);
    const first = await readPicture((await render(ends[0])).png);
    // The last two latent columns of an end belong to what is new, and the decoder looks a little further.
    return { beginPsnrDb: psnrDb(crop(picture, 0, 416), crop(first, 0, 416)) };
  },
  async remix(index) {
    const source = await render(requestOf(index));
    uploads.set('a.upload', source.wav);
    const from = { kind: 'remix', of: { upload: 'a.upload', startSeconds: 0 }, strength: 0 } as const;
    const same = await render({ ...requestOf(index), from });
    return { psnrDb: psnrDb(await readPicture(same.png), await readPicture(source.png)) };
  },
  async minute(index) {
    const before = process.cpuUsage();
    const { durationMs, timings } = await render(requestOf(index, { lengthSeconds: 60, bpm: 125 }));
    const { user, system } = process.cpuUsage(before);
    const rssMiB = process.resourceUsage().maxRSS / 1024;
    return {
      seconds: durationMs.render / 1000,
      cpuSeconds: (user + system) / 1e6,
      rssMiB,
      denoiseMs: timings.denoise ?? 0,
    };
  },
};

function latentDistance(one: Riff, other: Riff): number {
  const [a, b] = [one, other].map(({ latents }) => decodeLatents(latents, model)?.latents);
  if (!a || !b) return Number.NaN;
  return Math.sqrt(a.reduce((sum, value, i) => sum + (value - b[i]!) ** 2, 0) / a.length);
}

function crop({ pixels, width, height }: Picture, from: number, columns: number): Picture {
  const cut = new Uint8Array(height * columns);
  for (let row = 0; row < height; row++) {
    cut.set(pixels.subarray(row * width + from, row * width + from + columns), row * columns);
  }
  return { pixels: cut, width: columns, height };
}

const measure = PARTS[part];
if (!measure) throw new Error(`part: expected one of ${Object.keys(PARTS).join(', ')}, got ${part}`);
const all: Figures[] = [];
for (let index = Number(first); index < Number(first) + Number(count); index++) {
  all.push(await measure(index));
  console.log(JSON.stringify({ part, index, ...all.at(-1) }));
}
const names = Object.keys(all[0] ?? {});
const known = (name: string) => all.flatMap((figures) => figures[name] ?? []);
console.log(
  JSON.stringify({ part, medians: Object.fromEntries(names.map((name) => [name, median(known(name))])) }),
);
await renderer.dispose();
await runtime.dispose();
