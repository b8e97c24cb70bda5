import assert from 'node:assert/strict';
import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { decodeWav } from '../../src/audio/wav.ts';
import { readPictureFile } from '../../src/spectrogram/picture-file.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
/** Where OpenVINO may be; all else is a newcomer's. */
const { PATH, HOME, XDG_CACHE_HOME, OPENVINO_LIB, NODE_COMPILE_CACHE } = process.env;
const SAMPLE_RATE = 44_100;
const CLIP_SAMPLES = 225_792;

const skip = existsSync(join(ROOT, 'models/riff-mini/model_index.json'))
  ? false
  : 'models/riff-mini is not in this checkout';

test('npm start without a token plays a riff of the embedded model, serves the page and ends in order', {
  skip,
}, async () => {
  const dataDir = mkdtempSync(join(tmpdir(), 'riff-start-'));
  const started = startRiff({ DATA_DIR: dataDir, PLAYGROUND_PORT: '0' });
  try {
    const url = (await started.said(/Open (http:\/\/127\.0\.0\.1:\d+)/))[1] ?? '';
    const [, picturePath = '', wavPath = ''] = await started.said(/\n {2}(\S+\.png)\n {2}(\S+\.wav)\n/);
    const { channels } = await readPictureFile(readFileSync(picturePath));
    assert.deepEqual([channels.length, channels[0].width, channels[0].height], [1, 512, 512]);
    const { waveform } = decodeWav(readFileSync(wavPath), SAMPLE_RATE);
    assert.equal(waveform.length, CLIP_SAMPLES);
    const rms = Math.sqrt(waveform.reduce((sum, value) => sum + value * value, 0) / waveform.length);
    assert.ok(rms > 0.02, `expected a sound, got an RMS of ${rms}`);
    assert.match(await (await fetch(url)).text(), /Local Discord/);
  } finally {
    started.process.kill('SIGTERM');
  }
  const [code] = await started.ended;
  assert.equal(code, 0);
  rmSync(dataDir, { recursive: true });
});

test('a wrong configuration is told at once, by name and without a stack', async () => {
  const { ended, output } = startRiff({ CONCURRENCY: 'many', RETENTION_DAYS: '-1' });
  const [code] = await ended;
  assert.equal(code, 1);
  assert.match(output(), /CONCURRENCY: .*got "many"/);
  assert.match(output(), /RETENTION_DAYS: .*got "-1"/);
  assert.doesNotMatch(output(), /\n\s+at /);
});

test('a model that is not there is told with those that are, beside all other wrong settings', async () => {
  const { ended, output } = startRiff({ MODEL: 'no-such-model', DEVICE: 'gpu' });
  const [code] = await ended;
  assert.equal(code, 1);
  assert.match(output(), /DEVICE: .*got "gpu"/);
  assert.match(output(), /MODEL: expected a model under models\/ .*got "no-such-model"/);
});

for (const dataDir of ['/proc/riff', '/dev/null', process.execPath]) {
  test(`DATA_DIR=${dataDir} is told in a sentence: no folder can be made there`, {
    skip: process.platform === 'linux' ? false : 'no such paths there',
  }, async () => {
    const { ended, output } = startRiff({ DATA_DIR: dataDir, PLAYGROUND_PORT: '0' });
    const [code] = await ended;
    assert.equal(code, 1);
    assert.match(output(), /\nriff: DATA_DIR: expected a folder that can be made .*; choose another\n$/);
  });
}

interface Started {
  readonly process: ChildProcessWithoutNullStreams;
  readonly ended: Promise<unknown[]>;
  output(): string;
  /** Resolves with the match once it was printed; rejects when the process ends before. */
  said(pattern: RegExp): Promise<RegExpMatchArray>;
}

function startRiff(environment: Record<string, string>): Started {
  const child = spawn(process.execPath, [join(ROOT, 'src/main.ts')], {
    cwd: tmpdir(),
    env: { PATH, HOME, XDG_CACHE_HOME, OPENVINO_LIB, NODE_COMPILE_CACHE, ...environment },
  });
  let text = '';
  const ended = once(child, 'close');
  child.stdout.on('data', (chunk) => {
    text += chunk;
  });
  child.stderr.on('data', (chunk) => {
    text += chunk;
  });
  return {
    process: child,
    ended,
    output: () => text,
    async said(pattern) {
      for (;;) {
        const match = text.match(pattern);
        if (match) return match;
        const more = await Promise.race([once(child.stdout, 'data'), ended.then(() => null)]);
        assert.ok(more, `expected ${pattern} before the end, got:\n${text}`);
      }
    },
  };
}
