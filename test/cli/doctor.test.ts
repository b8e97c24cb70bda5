import assert from 'node:assert/strict';
import { globSync } from 'node:fs';
import { cp, mkdir, mkdtemp, readFile, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { after, before, test } from 'node:test';
import { type DiagnoseOptions, diagnose, doctor } from '../../src/cli/doctor/doctor.ts';
import { type Finding, renderFindings } from '../../src/cli/doctor/finding.ts';
import { graphsOf } from '../../src/cli/doctor/model-folders.ts';
import { LIBRARY_FIX } from '../../src/cli/doctor/openvino.ts';
import { SMALL_DECODER } from '../../src/diffusion/model-folder/vae-parts.ts';
import type { BindingReport } from '../../src/openvino/inspect-binding.ts';
import { openRuntime } from '../../src/openvino/open-runtime.ts';
import type { ModelPorts } from '../../src/openvino/runtime.ts';
import { openStore, STORE_FILE } from '../../src/store/sqlite/sqlite.ts';
import { TINY_MODEL } from './model/model-context.ts';

const PARTS = ['text_encoder', 'unet', 'vae_decoder', 'vae_encoder'];
/** Files that doctor names where they are missing; `tokenizer.json` stands for itself or the pair. */
const NEEDED_FILES: Readonly<Record<string, string>> = {
  'model_index.json': 'model_index.json',
  'scheduler/scheduler_config.json': 'scheduler/scheduler_config.json',
  'tokenizer/vocab.json': 'tokenizer/tokenizer.json',
  ...Object.fromEntries(
    ['text_encoder', 'unet', 'vae_decoder']
      .flatMap((part) => ['xml', 'bin'].map((extension) => `${part}/openvino_model.${extension}`))
      .map((file) => [file, file]),
  ),
};

let modelsFolder: string;
/** Of the tiny model's parts, as OpenVINO reads them. */
const ports = new Map<string, ModelPorts>();
before(async () => {
  modelsFolder = await mkdtemp(join(tmpdir(), 'riff-doctor-'));
  await writeModel('mini');
  const runtime = await openRuntime();
  for (const part of PARTS)
    ports.set(part, await runtime.readPorts(join(TINY_MODEL, part, 'openvino_model.xml')));
  await runtime.dispose();
});
after(() => rm(modelsFolder, { recursive: true }));

async function writeModel(name: string): Promise<string> {
  const folder = join(modelsFolder, name);
  await cp(TINY_MODEL, folder, { recursive: true });
  return folder;
}

const healthy = (): DiagnoseOptions => ({
  env: { DATA_DIR: join(modelsFolder, 'data') },
  modelsFolder,
  nodeVersion: '24.21.0',
  threads: { affinity: 4, quota: null, allowed: 4 },
  probe: ({ binding, graphs }) =>
    binding === 'openvino-node'
      ? { kind: 'opened', report: reportOn(graphs) }
      : { kind: 'absent', reason: 'libopenvino_c was not found' },
  tryPort: async () => {},
});

function reportOn(graphs: readonly string[] | undefined): BindingReport {
  const read = (graphs ?? []).flatMap((path) => {
    const part = basename(dirname(path));
    const found = ports.get(part === SMALL_DECODER ? 'vae_decoder' : part);
    return found ? [[path, found] as const] : [];
  });
  return { ...REPORT, ports: Object.fromEntries(read) };
}

/** What a binding's process tells of a machine with a CPU. */
const REPORT: BindingReport = {
  version: '2026.4.0-1',
  location: '/somewhere/openvino-node',
  devices: [{ name: 'CPU', fullName: 'A processor' }],
  inference: { executionDevices: 'CPU', inferencePrecision: 'f32' },
  ports: {},
  unreadable: {},
};

const notOk = (findings: readonly Finding[]) =>
  findings.filter(({ kind }) => kind !== 'ok').map(({ kind, about }) => `${kind}: ${about}`);

test('finds nothing wrong where all is there, and says what it saw', async () => {
  const findings = await diagnose(healthy());
  assert.deepEqual(notOk(findings), []);
  const text = findings.map(({ about, detail }) => `${about}: ${detail}`).join('\n');
  for (const fact of [
    '24.21.0',
    '2026.4.0-1',
    '/somewhere/openvino-node',
    'CPU (A processor)',
    'in f32',
    'Model mini',
  ]) {
    assert.ok(text.includes(fact), `expected "${fact}" in:\n${text}`);
  }
});

test('says of a model what a render with it would say', async () => {
  for (const [className, expected] of [
    ['HeunDiscreteScheduler', 'warning: Model odd'],
    ['EDMEulerScheduler', 'failure: Model odd'],
  ] as const) {
    const folder = await writeModel('odd');
    // It proposes no scheduler of its own.
    await writeFile(join(folder, 'model_index.json'), '{}');
    await writeFile(
      join(folder, 'scheduler/scheduler_config.json'),
      JSON.stringify({ _class_name: className }),
    );
    const findings = await diagnose({ ...healthy(), modelFolder: folder });
    assert.deepEqual(notOk(findings), [expected]);
    assert.ok(findings.some(({ detail }) => detail.includes(className)));
    await rm(folder, { recursive: true });
  }
});

function raiseTaken(): never {
  throw Object.assign(new Error('listen EADDRINUSE'), { code: 'EADDRINUSE' });
}

const troubles: readonly (readonly [string, Partial<DiagnoseOptions>, readonly string[]])[] = [
  ['an old Node', { nodeVersion: '20.20.2' }, ['failure: Node']],
  ['a single thread', { threads: { affinity: 1, quota: 0.5, allowed: 1 } }, ['warning: Threads']],
  [
    'no binding',
    { probe: () => ({ kind: 'absent', reason: 'not there' }) },
    ['failure: openvino-node', 'failure: c-api'],
  ],
  [
    'a binding that crashes, though another would do',
    {
      probe: ({ binding, graphs }) =>
        binding === 'openvino-node'
          ? { kind: 'crashed', reason: 'it ends the process that loads it (SIGSEGV)' }
          : { kind: 'opened', report: reportOn(graphs) },
    },
    ['failure: openvino-node'],
  ],
  [
    'a binding that crashes and is not used',
    {
      probe: ({ binding, graphs }) =>
        binding === 'c-api'
          ? { kind: 'crashed', reason: 'SIGSEGV' }
          : { kind: 'opened', report: reportOn(graphs) },
    },
    ['warning: c-api'],
  ],
  ['a wanted binding that is absent', { env: { OPENVINO_BINDING: 'c-api' } }, ['failure: c-api']],
  ['a wanted binding that nobody knows', { env: { OPENVINO_BINDING: 'abacus' } }, ['failure: Settings']],
  ['a MODEL that is not there', { env: { MODEL: 'nobody' } }, ['failure: Settings']],
  ['a .env that cannot be read', { envProblems: ['.env: expected UTF-8 text'] }, ['failure: Settings']],
  [
    'a device that refuses',
    {
      probe: ({ graphs }) => ({
        kind: 'opened',
        report: { ...reportOn(graphs), inference: { problem: 'no such device' } },
      }),
    },
    ['failure: Inference'],
  ],
  ['a port that is taken', { tryPort: async () => raiseTaken() }, ['warning: Ports']],
  ['no model', { modelsFolder: '/no/such/folder' }, ['failure: Models']],
  ['a folder that is no model', { modelFolder: '/no/such/model' }, ['failure: Model model']],
];
for (const [trouble, options, expected] of troubles) {
  test(`names ${trouble} with a fix`, async () => {
    const findings = await diagnose({ ...healthy(), ...options });
    assert.deepEqual(notOk(findings), expected);
    for (const finding of findings) if (finding.kind !== 'ok') assert.match(finding.fix, /\w.*\.$/);
  });
}

test('a wrong OPENVINO_LIB is what has to be corrected: set-up does not fetch another beside it', async () => {
  const env = { ...healthy().env, OPENVINO_LIB: '/no/such/folder' };
  const findings = await diagnose({ ...healthy(), env, probe: () => ({ kind: 'absent', reason: 'none' }) });
  const found = findings.find(({ about }) => about === 'c-api');
  assert.ok(found?.kind === 'failure');
  assert.equal(found.fix, LIBRARY_FIX);
});

for (const [missing, named] of Object.entries(NEEDED_FILES)) {
  test(`misses ${missing} in a model`, async () => {
    const modelFolder = await writeModel(`without-${missing.replace('/', '-')}`);
    await rm(join(modelFolder, missing));
    const findings = await diagnose({ ...healthy(), modelFolder });
    const failure = findings.find(({ kind }) => kind === 'failure');
    assert.ok(failure?.detail.includes(named), failure?.detail);
    await rm(modelFolder, { recursive: true });
  });
}

test('a graph that OpenVINO cannot read is a failure of its model', async () => {
  const modelFolder = await writeModel('cut');
  const asked: string[] = [];
  const probe: DiagnoseOptions['probe'] = ({ graphs = [] }) => {
    asked.push(...graphs);
    const unreadable = { [join(modelFolder, 'unet', 'openvino_model.xml')]: 'it is cut short' };
    return { kind: 'opened', report: { ...REPORT, unreadable } };
  };
  assert.deepEqual(notOk(await diagnose({ ...healthy(), modelFolder, probe })), ['failure: Model cut']);
  assert.equal(asked.length, 4);
  await rm(modelFolder, { recursive: true });
});

test('a device that does not tell its precision is no fault', async () => {
  const inference = { executionDevices: 'CPU', inferencePrecision: null };
  const probe: DiagnoseOptions['probe'] = ({ graphs }) => ({
    kind: 'opened',
    report: { ...reportOn(graphs), inference },
  });
  assert.deepEqual(notOk(await diagnose({ ...healthy(), probe })), []);
});

test('prints lines for users or JSON for programs, and tells failure by the exit code', async () => {
  const run = async (options: Partial<DiagnoseOptions>, json: boolean) => {
    let text = '';
    const stdout = { write: (part: string) => (text += part) };
    return { code: await doctor({ ...healthy(), ...options, json, stdout }), text };
  };
  const good = await diagnose(healthy());
  assert.deepEqual(await run({}, false), { code: 0, text: renderFindings(good) });
  const old = { nodeVersion: '18.0.0' };
  const findings = await diagnose({ ...healthy(), ...old });
  assert.deepEqual(await run(old, false), { code: 1, text: renderFindings(findings) });
  const json = await run(old, true);
  assert.equal(json.code, 1);
  assert.deepEqual(JSON.parse(json.text), { isHealthy: false, findings });
});

test('a finding is a line, with its fix below it', () => {
  const failure = { kind: 'failure', about: 'Disk', detail: 'full\nor slow', fix: 'Free some.' } as const;
  const [line = '', fix = ''] = renderFindings([failure]).split('\n');
  assert.ok(line.endsWith('Disk: full or slow') && fix.endsWith(failure.fix));
  assert.equal(renderFindings([{ kind: 'ok', about: 'Disk', detail: 'free' }]).includes('→'), false);
});

test('settings that are wrong are all named, with their fix', async () => {
  const findings = await diagnose({ ...healthy(), env: { CONCURRENCY: '0', HEALTH_PORT: 'x' } });
  assert.deepEqual(notOk(findings), ['failure: Settings', 'failure: Settings']);
});

test('a store is read as it is: sound, without its last changes, of a newer Riff, or damaged', async () => {
  const dataDir = join(modelsFolder, 'stores');
  const options = { ...healthy(), env: { DATA_DIR: dataDir } };
  openStore(dataDir).close();
  assert.deepEqual(notOk(await diagnose(options)), []);
  const killed = openStore(dataDir);
  await killed.run('CREATE TABLE extra (x)');
  const files = [STORE_FILE, `${STORE_FILE}-shm`];
  const kept = await Promise.all(files.map((name) => readFile(join(dataDir, name))));
  killed.close();
  await Promise.all(files.map((name, index) => writeFile(join(dataDir, name), kept[index] ?? '')));
  await writeFile(join(dataDir, `${STORE_FILE}-wal`), '');
  assert.deepEqual(notOk(await diagnose(options)), ['warning: Store']);
  openStore(dataDir).close();
  const newer = openStore(dataDir);
  await newer.run('PRAGMA user_version = 999');
  newer.close();
  assert.deepEqual(notOk(await diagnose(options)), ['failure: Store']);
  await writeFile(join(dataDir, STORE_FILE), 'no SQLite file, but long enough to be looked at as one');
  const damaged = (await diagnose(options)).find(({ about }) => about === 'Store');
  assert.ok(damaged?.kind === 'failure' && /backup/.test(damaged.fix));
});

test('tells how much the compiled models take, and the limit', async () => {
  const find = async (env: NodeJS.ProcessEnv) =>
    (await diagnose({ ...healthy(), env })).find(({ about }) => about === 'Compiled models')?.detail;
  const cache = join(modelsFolder, 'cache');
  assert.match((await find({ XDG_CACHE_HOME: cache })) ?? '', /^0 MiB of at most 2048 MiB in /);
  await mkdir(join(cache, 'riff/compiled/group/entry'), { recursive: true });
  await writeFile(join(cache, 'riff/compiled/group/entry/a.blob'), Buffer.alloc(3 * 1024 ** 2));
  assert.match(
    (await find({ XDG_CACHE_HOME: cache, MODEL_CACHE_MB: '10' })) ?? '',
    /^3 MiB of at most 10 MiB/,
  );
  assert.match((await find({ MODEL_CACHE_MB: '0' })) ?? '', /not kept/);
});

test('a proxy that Riff does not use is a warning with the way to use it', async () => {
  const HTTPS_PROXY = 'http://proxy:8080';
  assert.deepEqual(notOk(await diagnose({ ...healthy(), env: { HTTPS_PROXY } })), ['warning: Proxy']);
  const used = { HTTPS_PROXY, NODE_USE_ENV_PROXY: '1' };
  assert.deepEqual(notOk(await diagnose({ ...healthy(), env: used })), []);
});

test('a data folder under a file is a failure', async () => {
  const file = join(modelsFolder, 'a-file');
  await writeFile(file, '');
  const findings = await diagnose({ ...healthy(), env: { DATA_DIR: join(file, 'data') } });
  assert.equal(findings.filter(({ kind }) => kind === 'failure').length, 1);
});

const SPOILT: readonly (readonly [what: string, file: string, text: string])[] = [
  ['settings of the U-Net', 'unet/config.json', '{'],
  ['settings of the VAE', 'vae_decoder/config.json', '{"block_out_channels": "many"}'],
  ['a tokenizer', 'tokenizer/tokenizer_config.json', 'none'],
  ['an index', 'model_index.json', '{"riff": {"steps": "few"}}'],
];
for (const [what, file, text] of SPOILT) {
  test(`${what} that a render would refuse is a failure of the chosen model, a warning of another`, async () => {
    const folder = await writeModel('spoilt');
    await writeFile(join(folder, file), text);
    const chosen = (await diagnose({ ...healthy(), modelFolder: folder })).find(({ kind }) => kind !== 'ok');
    assert.equal(chosen?.kind, 'failure');
    assert.ok(chosen.detail.includes(file), chosen.detail);
    assert.deepEqual(notOk(await diagnose(healthy())), ['warning: Model spoilt']);
    await rm(folder, { recursive: true });
  });
}

test('weights that are cut short are a failure', async () => {
  const modelFolder = await writeModel('short');
  await truncate(join(modelFolder, 'unet/openvino_model.bin'), 10);
  const [failure] = (await diagnose({ ...healthy(), modelFolder })).filter(({ kind }) => kind === 'failure');
  assert.match(failure?.detail ?? '', /unet.openvino_model\.bin: expected at least \d+ bytes/);
  await rm(modelFolder, { recursive: true });
});

test('every graph of the embedded model is looked at', () => {
  const folder = join(import.meta.dirname, '../../models/riff-mini');
  const there = globSync('*/openvino_model.xml', { cwd: folder }).map((path) => join(folder, path));
  assert.deepEqual([...graphsOf(folder)].sort(), there.sort());
});

test('a small decoder is read like the other parts', async () => {
  const modelFolder = await writeModel('distilled');
  await cp(join(modelFolder, 'vae_decoder'), join(modelFolder, SMALL_DECODER), { recursive: true });
  assert.deepEqual(notOk(await diagnose({ ...healthy(), modelFolder })), []);
  await rm(modelFolder, { recursive: true });
});

test('a MODEL outside models/ is looked at as well', async () => {
  const elsewhere = await mkdtemp(join(tmpdir(), 'riff-elsewhere-'));
  await cp(TINY_MODEL, elsewhere, { recursive: true });
  const env = { ...healthy().env, MODEL: elsewhere };
  assert.deepEqual(notOk(await diagnose({ ...healthy(), env })), []);
  await writeFile(join(elsewhere, 'unet/config.json'), '{');
  assert.deepEqual(notOk(await diagnose({ ...healthy(), env })), [`failure: Model ${basename(elsewhere)}`]);
  await rm(elsewhere, { recursive: true });
});

test('a folder that cannot be written is told of the data and of the compiled models', {
  skip: process.platform !== 'linux',
}, async () => {
  const env = { DATA_DIR: '/proc/riff', XDG_CACHE_HOME: '/proc/riff' };
  assert.deepEqual(notOk(await diagnose({ ...healthy(), env })), [
    'failure: Data',
    'warning: Compiled models',
  ]);
});

test("the ports of a start are tried: the playground's only without a token", async () => {
  const tried: number[] = [];
  const tryPort = async (port: number) => void tried.push(port);
  const DISCORD_TOKEN = 'aaaa.bbbb.cccccccc';
  await diagnose({
    ...healthy(),
    tryPort,
    env: { ...healthy().env, PLAYGROUND_PORT: '8801', HEALTH_PORT: '9464' },
  });
  assert.deepEqual(tried.splice(0), [8801, 9464]);
  await diagnose({ ...healthy(), tryPort, env: { ...healthy().env, DISCORD_TOKEN } });
  assert.deepEqual(tried, []);
});

test('DATABASE_URL is looked at in place of the file, and its password is not shown', async () => {
  const url = 'postgres://riff:secret@127.0.0.1:1/riff';
  const env = { ...healthy().env, DATABASE_URL: url };
  const place = 'PostgreSQL at db/riff';
  const look = (kind: 'absent' | 'sound') =>
    diagnose({ ...healthy(), env, inspectDatabase: async () => ({ kind, place }) });
  for (const kind of ['absent', 'sound'] as const) {
    const found = (await look(kind)).filter(({ about }) => about === 'Store');
    assert.equal(found.length, 1);
    assert.ok(found[0]?.kind === 'ok' && found[0].detail.includes(place));
  }
  const newer = { kind: 'newer', place, schema: 9, known: 2 } as const;
  assert.deepEqual(notOk(await diagnose({ ...healthy(), env, inspectDatabase: async () => newer })), [
    'failure: Store',
  ]);
  // Nobody listens at port 1.
  const unreachable = await diagnose({ ...healthy(), env });
  assert.deepEqual(notOk(unreachable), ['failure: Store']);
  assert.ok(!JSON.stringify(unreachable).includes('secret'));
});
