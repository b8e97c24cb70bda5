import assert from 'node:assert/strict';
import { after, describe, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import sharp from 'sharp';
import { decodeWav, encodeWav } from '../../src/audio/wav.ts';
import { messageOf } from '../../src/errors.ts';
import { reasonTexts } from '../../src/messages/reasons.ts';
import { openRuntime } from '../../src/openvino/open-runtime.ts';
import { decodeLatents } from '../../src/render/latents-file.ts';
import type { SourceFiles } from '../../src/render/paint-request.ts';
import { renderRiff } from '../../src/render/render-riff.ts';
import { loadRenderer } from '../../src/render/renderer.ts';
import { extended, looped, morphed, varied } from '../../src/riff/follow-up.ts';
import { parseRiffRequest, type RiffRequest } from '../../src/riff/request.ts';

const runtime = await openRuntime().catch(messageOf);
const skip = typeof runtime === 'string' && `no OpenVINO: ${runtime}`;

/** Of the greys of two pictures of one size. */
async function correlation(...files: readonly [Uint8Array, Uint8Array]): Promise<number> {
  const [a = [], b = []] = await Promise.all(
    files.map(async (file) => {
      const greys = [...(await sharp(file).greyscale().raw().toBuffer())];
      const mean = greys.reduce((sum, value) => sum + value, 0) / greys.length;
      return greys.map((value) => value - mean);
    }),
  );
  assert.equal(a.length, b.length);
  const product = (one: number[], other: number[]) =>
    one.reduce((sum, value, i) => sum + value * other[i]!, 0);
  return product(a, b) / Math.sqrt(product(a, a) * product(b, b));
}

describe('pieces of the embedded model', { skip }, async () => {
  if (typeof runtime === 'string') return;
  const modelFolder = fileURLToPath(new URL('../../models/riff-mini', import.meta.url));
  const renderer = await loadRenderer({ runtime, modelFolder, device: 'CPU' });
  after(async () => {
    await renderer.dispose();
    await runtime.dispose();
  });
  const { defaults } = renderer.model;
  const kept = new Map<string, Uint8Array>();
  const files: SourceFiles = {
    latents: async (jobId) => kept.get(jobId) ?? null,
    upload: async (name) => kept.get(name) ?? Promise.reject(new Error('nothing was uploaded')),
  };
  const render = (request: RiffRequest) =>
    renderRiff(renderer, request, { files, onProgress: () => {}, signal: new AbortController().signal });
  const quick = { steps: 3, profile: 'fast' } as const;
  const plain = parseRiffRequest({ prompt: 'techno with drums', seed: 7, ...quick }, defaults, 7);
  const riff = await render(plain);

  test('a piece is exactly as long as was asked', async () => {
    const { wav, durationMs } = await render({ ...plain, lengthSeconds: 7, bpm: 130 });
    assert.equal(durationMs.sound, 7000);
    assert.equal(decodeWav(wav, 44_100).waveform.length, 7 * 44_100);
  });

  test('a piece names the window that it paints, and shows itself once half-way without becoming another', async () => {
    const piece = { ...plain, steps: 6, lengthSeconds: 7, bpm: 125 };
    const windows = new Set<string>();
    const previews: Uint8Array[] = [];
    const signal = new AbortController().signal;
    const looked = await renderRiff(renderer, piece, {
      signal,
      files,
      withPoster: true,
      previewAboveMs: 0,
      onPreview: (jpeg) => previews.push(jpeg),
      onProgress: ({ window }) => window && windows.add(`${window.number} of ${window.count}`),
    });
    assert.deepEqual([...windows].sort(), ['1 of 2', '2 of 2']);
    assert.equal(previews.length, 1);
    const likeness = await correlation(previews[0]!, looked.poster!);
    assert.ok(likeness > 0.8, `${likeness}`);
    assert.equal(Buffer.compare(looked.wav, (await render(piece)).wav), 0);
  });

  test('going on from kept latents gives the same bytes as going on from the request', async () => {
    kept.set('parent', riff.latents);
    const options = { seconds: 3, at: 'end', seed: 8 } as const;
    const one = await render(extended({ riff: plain, jobId: 'parent' }, options, renderer.grid));
    const two = await render(extended({ riff: plain }, options, renderer.grid));
    assert.deepEqual(one.recipe, two.recipe);
    assert.deepEqual([Buffer.compare(one.png, two.png), Buffer.compare(one.wav, two.wav)], [0, 0]);
    kept.set('parent', Buffer.from('no latents'));
    const again = await render(extended({ riff: plain, jobId: 'parent' }, options, renderer.grid));
    assert.equal(Buffer.compare(one.wav, again.wav), 0);
  });

  test("kept latents are read, another model's are not", () => {
    const { model } = renderer;
    assert.equal(decodeLatents(riff.latents, model)?.columns, 32);
    assert.equal(decodeLatents(riff.latents, { ...model, version: 'another' }), null);
    assert.equal(decodeLatents(riff.latents.subarray(0, -2), model), null);
  });

  test('a recipe makes the same riff again, with all that it goes on from', async () => {
    const morph = morphed(
      [{ words: plain }, { words: { ...plain, prompt: 'jazz piano' } }],
      { lengthSeconds: 7, seed: 5 },
      renderer.grid,
    );
    for (const request of [morph, looped({ riff: plain }), varied({ riff: plain }, 'far', 3)]) {
      const one = await render(request);
      const { model: _, modelVersion: __, device: ___, generator: ____, ...recorded } = one.recipe;
      const two = await render(recorded);
      assert.deepEqual([Buffer.compare(one.png, two.png), Buffer.compare(one.wav, two.wav)], [0, 0]);
    }
  });

  test('a near variation is nearer than a far one, and a remix at strength 0 is the riff itself', async () => {
    const distance = (bytes: Uint8Array): number => {
      const [a, b] = [riff.latents, bytes].map((file) => decodeLatents(file, renderer.model)?.latents);
      assert.ok(a && b && a.length === b.length);
      return Math.sqrt(a.reduce((sum, value, i) => sum + (value - b[i]!) ** 2, 0) / a.length);
    };
    const near = distance((await render(varied({ riff: plain }, 'near', 3))).latents);
    const far = distance((await render(varied({ riff: plain }, 'far', 3))).latents);
    const other = distance((await render({ ...plain, seed: 3 })).latents);
    assert.ok(0 < near && near < far && far < other, `${near}, ${far}, ${other}`);
    const same = await render({ ...plain, from: { kind: 'remix', of: { riff: plain }, strength: 0 } });
    assert.ok(distance(same.latents) < 1e-3);
  });

  test('a loop is whole bars, and there is a file that plays it twice', async () => {
    const { wav, twiceWav, durationMs } = await render({ ...plain, loop: true, bpm: 100 });
    assert.equal(durationMs.sound, 4800);
    const { waveform } = decodeWav(wav, 44_100);
    assert.equal(decodeWav(twiceWav ?? new Uint8Array(), 44_100).waveform.length, 2 * waveform.length);
    assert.equal(riff.twiceWav, null);
  });

  test('a sound from elsewhere is remixed, and its recipe does without the file', async () => {
    const { waveform } = decodeWav(riff.wav, 44_100);
    const long = new Float32Array(2 * waveform.length);
    long.set(waveform, waveform.length);
    kept.set('a.upload', encodeWav([long], 44_100));
    const request: RiffRequest = {
      ...plain,
      from: { kind: 'remix', of: { upload: 'a.upload', startSeconds: 5 }, strength: 0.7 },
    };
    const one = await render(request);
    const { model: _, modelVersion: __, device: ___, generator: ____, ...recorded } = one.recipe;
    kept.delete('a.upload');
    assert.equal(Buffer.compare(one.wav, (await render(recorded)).wav), 0);
    await assert.rejects(render(request), /nothing was uploaded/);
  });

  test('a recipe whose sound is no clip of this model is refused', async () => {
    const [, channels = 0, height = 0] = renderer.model.latentShape;
    const ofColumns = (columns: number) => {
      const latents = Buffer.alloc(2 * channels * height * columns).toString('base64');
      const from = { kind: 'remix', of: { sound: { latents, bpm: null } }, strength: 0 } as const;
      return render({ ...plain, from });
    };
    for (const columns of [0, 1 / 2, renderer.grid.clipColumns + 1])
      await assert.rejects(ofColumns(columns), { code: 'invalid_input', message: reasonTexts.en.otherModel });
  });

  test('a sound that is too short, silent or begins too late is refused', async () => {
    const remix = (upload: Float32Array, startSeconds?: number) => {
      kept.set('b.upload', encodeWav([upload], 44_100));
      return render({
        ...plain,
        from: { kind: 'remix', of: { upload: 'b.upload', startSeconds }, strength: 0.7 },
      });
    };
    await assert.rejects(remix(new Float32Array(44_100)), {
      code: 'invalid_input',
      message: /at least 5\.12 seconds/,
    });
    await assert.rejects(remix(new Float32Array(6 * 44_100)), { code: 'invalid_input', message: /silence/ });
    await assert.rejects(remix(new Float32Array(6 * 44_100), 3), {
      code: 'invalid_input',
      message: /start: .* got 3/,
    });
  });
});
