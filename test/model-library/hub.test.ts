import assert from 'node:assert/strict';
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, test } from 'node:test';
import { addOne } from '../../src/cli/model/add.ts';
import type { ModelContext } from '../../src/cli/model/context.ts';
import { CancelledError, messageOf } from '../../src/errors.ts';
import { readCatalog } from '../../src/model-library/catalog.ts';
import { environmentFolder, plainPython } from '../../src/model-library/conversion-environment.ts';
import { readManifest } from '../../src/model-library/manifest.ts';
import type { TaskOptions, TaskProgress } from '../../src/model-library/progress.ts';
import { folderBytes } from '../../src/model-library/read-through.ts';
import { TINY_MODEL, testContext } from '../cli/model/model-context.ts';
import { startFakeHub } from '../models/fake-hub.ts';

/** The hub is asked, and its files are fetched, without the packages of the conversion. */
const NO_PYTHON = { PATH: process.env.PATH, HF_HOME: '/nonexistent' };

const skipWithoutPython = whyNoPython();

function whyNoPython(): string | false {
  try {
    plainPython(NO_PYTHON);
    return false;
  } catch (thrown) {
    return messageOf(thrown);
  }
}

describe('the hub', () => {
  const cache = mkdtempSync(join(tmpdir(), 'riff-hub-'));
  after(() => rmSync(cache, { recursive: true, force: true }));
  const contextAt = (HF_ENDPOINT: string) =>
    testContext({ env: { ...NO_PYTHON, HF_ENDPOINT, XDG_CACHE_HOME: cache } });

  test('gives a model by its id: only the files that count, with commit and licence', async () => {
    const hub = await startFakeHub(TINY);
    try {
      const context = contextAt(hub.url);
      await addOne(context, 'somebody/tiny', { yes: true });
      const manifest = await readManifest(join(context.modelsFolder, 'tiny'));
      assert.equal(manifest?.source.kind, 'hub');
      assert.match(manifest?.source.revision ?? '', /^0123456789abcdef/);
      assert.deepEqual(manifest?.licence, { name: 'cc0-1.0' });
      assert.equal(manifest?.files['unet/openvino_model.bin']?.bytes, 140916);
      assert.match(context.noted.join(), /somebody\/tiny is licensed under: cc0-1\.0/);
      assert.deepEqual(readdirSync(join(cache, 'riff', 'downloads')), []);
    } finally {
      hub.close();
    }
  });

  test('goes on where an interrupted download stopped', async () => {
    const hub = await startFakeHub(TINY);
    try {
      const abort = new AbortController();
      const onProgress = ({ words }: TaskProgress) =>
        words.includes('unet/openvino_model.bin') && abort.abort();
      const stopped = { ...contextAt(hub.url), working: runWith({ signal: abort.signal, onProgress }) };
      await assert.rejects(addOne(stopped, 'somebody/tiny', { yes: true }), CancelledError);
      const before = hub.asked.length;
      await addOne(contextAt(hub.url), 'somebody/tiny', { yes: true });
      const again = hub.asked.slice(before).filter((line) => line.startsWith('GET /somebody'));
      assert.ok(again.some((line) => line.includes('vae_decoder')));
      assert.ok(!again.some((line) => line.includes('text_encoder')), again.join());
    } finally {
      hub.close();
    }
  });

  test('goes on in the middle of a file', async () => {
    const hub = await startFakeHub(TINY);
    const name = 'unet/openvino_model.bin';
    const [arrived, tooMuch] = [70_000, 200_000];
    try {
      for (const bytes of [arrived, tooMuch]) {
        const abort = new AbortController();
        const onProgress = ({ words }: TaskProgress) => words.includes(name) && abort.abort();
        const stopped = { ...contextAt(hub.url), working: runWith({ signal: abort.signal, onProgress }) };
        await assert.rejects(addOne(stopped, 'somebody/tiny', { yes: true }), CancelledError);
        const folder = join(cache, 'riff', 'downloads', 'somebody--tiny-0123456789ab');
        rmSync(join(folder, name), { force: true });
        const begun = Buffer.alloc(bytes);
        readFileSync(join(TINY_MODEL, name)).copy(begun);
        writeFileSync(join(folder, `${name}.part`), begun);
        const before = hub.asked.length;
        await addOne(contextAt(hub.url), 'somebody/tiny', { yes: true });
        const asked = hub.asked.slice(before).filter((line) => line.startsWith('GET') && line.includes(name));
        const range = bytes === arrived ? / bytes=70000-$/ : /openvino_model\.bin$/;
        assert.ok(asked.length === 1 && range.test(asked[0] ?? ''), asked.join());
      }
    } finally {
      hub.close();
    }
  });

  test('a file that is not what the hub says is refused, and fetched again the next time', async () => {
    for (const [name, kind] of [
      ['tokenizer/merges.txt', 'git hash'],
      ['unet/openvino_model.bin', 'SHA-256'],
    ] as const) {
      const hub = await startFakeHub({ ...TINY, damaged: [name] });
      try {
        const context = contextAt(hub.url);
        const adding = addOne(context, 'somebody/tiny', { yes: true });
        await assert.rejects(adding, new RegExp(`${name}: expected ${kind} \\w+ as the hub tells, got`));
        const folder = readdirSync(join(cache, 'riff', 'downloads'))[0] ?? '';
        assert.ok(!existsSync(join(cache, 'riff', 'downloads', folder, name)));
        assert.ok(!readdirSync(context.modelsFolder).includes('tiny'));
      } finally {
        hub.close();
      }
    }
  });

  test('a page that comes in place of a file is refused before it is kept as one', async () => {
    const text = '<p>log in</p>'.repeat(10_000);
    for (const hasLength of [true, false]) {
      rmSync(join(cache, 'riff', 'downloads'), { recursive: true, force: true });
      const hub = await startFakeHub({ ...TINY, page: { text, hasLength } });
      try {
        const adding = addOne(contextAt(hub.url), 'somebody/tiny', { yes: true });
        await assert.rejects(
          adding,
          hasLength ? /it sent 130000 bytes for / : /it sent more than the \d+ bytes of /,
        );
        const folder = join(cache, 'riff', 'downloads', 'somebody--tiny-0123456789ab');
        assert.ok((await folderBytes(folder)) < 100);
      } finally {
        hub.close();
      }
    }
  });

  test('cannot lead the download out of its folder by its commit', async () => {
    const hub = await startFakeHub({ ...TINY, commit: '/../../../..' });
    try {
      const adding = addOne(contextAt(hub.url), 'somebody/tiny', { yes: true });
      await assert.rejects(adding, /its answer is not a repository: expected a commit/);
      assert.equal(hub.asked.length, 1);
    } finally {
      hub.close();
    }
  });

  test('names what it does not have', async () => {
    const hub = await startFakeHub(TINY);
    try {
      const asking = addOne(contextAt(hub.url), 'somebody/other', { yes: true });
      await assert.rejects(asking, /hub: expected a public repository somebody\/other, got none/);
    } finally {
      hub.close();
    }
  });

  test('is named with what else can be done where it is out of reach', async () => {
    const hub = await startFakeHub(TINY);
    hub.close();
    await assert.rejects(
      addOne(contextAt(hub.url), 'riffusion', { yes: true }),
      /expected to reach the model hub for riffusion\/riffusion-model-v1.*copy the folder here.*models\/convert\.py.*HF_ENDPOINT/,
    );
  });

  test('is not asked with a token that is cut or quoted, which is not shown', async () => {
    const context = contextAt('http://127.0.0.1:1');
    for (const HF_TOKEN of ['hf_secret\nhf_more', '“hf_secret”']) {
      const env = { ...context.env, HF_TOKEN };
      const adding = addOne({ ...context, env }, 'somebody/tiny', { yes: true });
      await assert.rejects(adding, /^UserError: HF_TOKEN: expected(?!.*secret)/s);
    }
  });

  test('is asked through a proxy, and without one that is no URL', async () => {
    const asked: string[] = [];
    const proxy = createServer().on('connect', ({ url }, socket) => {
      asked.push(url ?? '');
      socket.end('HTTP/1.1 502 Bad Gateway\r\n\r\n');
    });
    await new Promise<void>((resolve) => proxy.listen(0, '127.0.0.1', resolve));
    try {
      const context = contextAt('https://hub.invalid');
      const add = (HTTPS_PROXY: string) =>
        addOne({ ...context, env: { ...context.env, HTTPS_PROXY } }, 'somebody/tiny', { yes: true });
      const { port } = proxy.address() as AddressInfo;
      await assert.rejects(add(`http://127.0.0.1:${port}`), /expected to reach the model hub/);
      assert.deepEqual(asked, ['hub.invalid:443']);
      assert.deepEqual(context.noted, []);
      await assert.rejects(add(`secret@127.0.0.1:${port}`), /expected to reach the model hub/);
      assert.deepEqual(asked, ['hub.invalid:443']);
      assert.match(context.noted.join(), /^HTTPS_PROXY: expected a URL/);
      assert.doesNotMatch(context.noted.join(), /secret/);
    } finally {
      proxy.close();
    }
  });

  test('is asked for the rest of a file that ends too early', async () => {
    const name = 'unet/openvino_model.bin';
    const hub = await startFakeHub({ ...TINY, shortOnce: [name] });
    try {
      const context = contextAt(hub.url);
      await addOne(context, 'somebody/tiny', { yes: true });
      const asked = hub.asked.filter((line) => line.includes(name));
      assert.equal(asked.length, 2);
      assert.match(asked[1] ?? '', / bytes=\d+-$/);
    } finally {
      hub.close();
    }
  });

  /** Adds what is refused; returns the files that were fetched before. */
  async function refused(spoil: (folder: string) => void, says: RegExp, options: object = {}) {
    const folder = join(cache, 'refused');
    cpSync(TINY_MODEL, folder, { recursive: true });
    spoil(folder);
    const hub = await startFakeHub({ id: 'somebody/odd', folder, licence: 'mit' });
    try {
      await assert.rejects(addOne(contextAt(hub.url), 'somebody/odd', { yes: true, ...options }), says);
      return hub.asked.filter((line) => /\.(bin|safetensors)$/.test(line));
    } finally {
      hub.close();
      rmSync(folder, { recursive: true });
      rmSync(join(cache, 'riff', 'downloads'), { recursive: true, force: true });
    }
  }

  test('gives no weights of a model that cannot be used', async () => {
    const scheduler = (folder: string) =>
      writeFileSync(
        join(folder, 'scheduler', 'scheduler_config.json'),
        '{"_class_name": "FlowMatchEulerDiscreteScheduler"}',
      );
    assert.deepEqual(await refused(scheduler, /flow-matching/), []);
    assert.deepEqual(await refused(() => {}, /is converted already/, { weights: 'int8' }), []);
    assert.deepEqual(await refused(() => {}, /--decoder: expected a folder/, { decoder: 'none' }), []);
  });

  test('gives no weights of a checkpoint that cannot be converted', { skip: skipWithoutPython }, async () => {
    const checkpoint = (folder: string) => {
      rmSync(join(folder, 'unet', 'openvino_model.xml'));
      rmSync(join(folder, 'unet', 'openvino_model.bin'));
      writeFileSync(join(folder, 'unet', 'diffusion_pytorch_model.safetensors'), 'large');
      writeFileSync(join(folder, 'model_index.json'), '{"text_encoder": ["transformers", "T5EncoderModel"]}');
    };
    const says = /expected text_encoder to be a CLIPTextModel, found T5EncoderModel/;
    assert.deepEqual(await refused(checkpoint, says), []);
    assert.ok(!existsSync(environmentFolder({ XDG_CACHE_HOME: cache })));
  });

  test("gives CLIP's tokenizer to a flat folder that has none", async () => {
    const { clipTokenizer } = await readCatalog();
    const folder = join(TINY_MODEL, 'tokenizer');
    const hub = await startFakeHub({ id: clipTokenizer.hub, folder, licence: 'mit' });
    try {
      const context = contextAt(hub.url);
      const flat = join(context.base, 'flat');
      mkdirSync(flat);
      for (const part of ['text_encoder', 'unet', 'vae_decoder'])
        for (const extension of ['xml', 'bin'])
          cpSync(join(TINY_MODEL, part, `openvino_model.${extension}`), join(flat, `${part}.${extension}`));
      await addOne(context, 'flat', {});
      assert.ok(existsSync(join(context.modelsFolder, 'flat', 'tokenizer', 'merges.txt')));
    } finally {
      hub.close();
    }
  });
});

const TINY = { id: 'somebody/tiny', folder: TINY_MODEL, licence: 'cc0-1.0' };

const runWith =
  (work: TaskOptions): ModelContext['working'] =>
  (run) =>
    run(work);
