import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { hostname, tmpdir } from 'node:os';
import { basename, delimiter, dirname, join } from 'node:path';
import { describe, it } from 'node:test';
import { locateLibraries, OPENVINO_VERSION } from '../src/openvino/locate.mjs';
import type { Probe } from '../src/openvino/probe-binding.mjs';
import { linkPackage, makeCheckout } from './openvino/checkout.ts';

const LIBRARY = 'libopenvino_c.so.2641';
const isOnWindows = process.platform === 'win32';
const installed = locateLibraries({}, { home: '/nowhere', pythonPackage: () => undefined }).usable;
const obstacle =
  (isOnWindows && 'the stand-ins are shell scripts') ||
  (installed.length > 0 && `this machine has an OpenVINO of its own, ${installed[0]?.path}`);

const OPENED: Probe = {
  kind: 'opened',
  report: { version: '2026.4.0', location: 'x', devices: [], inference: null, ports: {}, unreadable: {} },
};
const CRASHED: Probe = { kind: 'crashed', reason: 'it ends the process that loads it (SIGSEGV)' };
const GARBAGE: Probe = { kind: 'absent', reason: 'file too short' };

/** Bindings open as files say: the libraries and addons here are empty. */
const PROBE = `
import { readFileSync } from 'node:fs';
import { locateLibraries } from './locate.mjs';
const ADDON = new URL('../../node_modules/openvino-node/probe.json', import.meta.url);
export function probeBinding({ binding, library }) {
  if (binding === 'openvino-node') return JSON.parse(readFileSync(ADDON, 'utf8'));
  const [found] = locateLibraries({ ...process.env, OPENVINO_LIB: library ?? undefined }).usable;
  const isBroken = found === undefined || readFileSync(found.path, 'utf8').startsWith('broken');
  return isBroken ? { kind: 'absent', reason: 'GLIBC_2.99 not found' } : ${JSON.stringify(OPENED)};
}
`;

/** What npm notes of its installation. */
const NPM_LIST = 'cp installed.json node_modules/.package-lock.json';

/** A checkout of its own in a temporary folder, with npm and Python replaced by scripts that only take notes. */
class Checkout {
  readonly root = makeCheckout();
  readonly bin = join(this.root, 'fake-bin');
  readonly notes = join(this.root, 'notes.txt');
  readonly cache = join(this.root, 'cache', 'riff');
  readonly openvino = join(this.cache, `openvino-${OPENVINO_VERSION}`);

  constructor() {
    linkPackage(this.root, 'dotenv');
    this.write('src/openvino/probe-binding.mjs', PROBE);
    this.write('package-lock.json', lockFile({ koffi: '3.3.4' }, { 'openvino-node': '2026.4.0' }));
    this.command('npm', `mkdir -p node_modules/koffi && ${NPM_LIST}`);
    this.write('installed.json', lockFile({ koffi: '3.3.4' }));
    this.command('python3', `mkdir -p "$target/openvino/libs" && touch "$target/openvino/libs/${LIBRARY}"`);
    this.command('python', 'exit 1');
  }

  write(path: string, text: string | Uint8Array): void {
    mkdirSync(dirname(join(this.root, path)), { recursive: true });
    writeFileSync(join(this.root, path), text);
  }

  /** A shell script on the path; for pip, $target is the folder after --target. */
  command(name: string, script: string): void {
    this.write(
      `fake-bin/${name}`,
      [
        '#!/bin/sh',
        // locate.mjs asks Python for its openvino package: there is none.
        'if [ "$1" = -c ]; then exit 0; fi',
        `echo "${name} $1 $2 $3" >> "${this.notes}"`,
        `echo "$@" > "${this.root}/arguments.txt"`,
        'target=; while [ $# -gt 0 ]; do if [ "$1" = --target ]; then target=$2; fi; shift; done',
        script,
      ].join('\n'),
    );
    chmodSync(join(this.bin, name), 0o755);
  }

  installPackages(): void {
    mkdirSync(join(this.root, 'node_modules/koffi'), { recursive: true });
    this.write('node_modules/.package-lock.json', lockFile({ koffi: '3.3.4' }));
  }

  installAddon(probe: Probe): void {
    this.installPackages();
    this.write('node_modules/openvino-node/probe.json', JSON.stringify(probe));
  }

  installEverything(): void {
    this.installPackages();
    this.write(join('cache', 'riff', `openvino-${OPENVINO_VERSION}`, 'openvino', 'libs', LIBRARY), '');
  }

  async run(env: NodeJS.ProcessEnv = {}) {
    const child = spawn(process.execPath, [join(this.root, 'src', 'setup.mjs')], {
      env: {
        PATH: [this.bin, '/usr/bin', '/bin'].join(delimiter),
        HOME: join(this.root, 'home'),
        XDG_CACHE_HOME: join(this.root, 'cache'),
        ...env,
      },
    });
    let text = '';
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (part) => (text += part));
    const code = await new Promise<number | null>((resolve) => child.on('close', resolve));
    return { code, text };
  }

  noted(): string[] {
    return existsSync(this.notes) ? readFileSync(this.notes, 'utf8').trim().split('\n') : [];
  }

  hasOpenVino(): boolean {
    return existsSync(join(this.openvino, 'openvino', 'libs', LIBRARY));
  }
}

function lockFile(required: Record<string, string>, optional: Record<string, string> = {}): string {
  const entries = (packages: Record<string, string>, flags: object) =>
    Object.entries(packages).map(([name, version]) => [`node_modules/${name}`, { version, ...flags }]);
  return JSON.stringify({
    packages: Object.fromEntries([
      ['', { name: 'riff' }],
      ...entries(required, {}),
      ...entries(optional, { optional: true }),
    ]),
  });
}

/** The lock of a checkout with a workspace called tool. */
function withWorkspace(lock: string): string {
  const { packages } = JSON.parse(lock);
  const workspace = {
    'packages/tool': { version: '1.0.0' },
    'node_modules/tool': { resolved: 'packages/tool', link: true },
  };
  return JSON.stringify({ packages: { ...packages, ...workspace } });
}

describe('setup', { skip: obstacle }, () => {
  it('says and does nothing when all is there', async () => {
    const checkout = new Checkout();
    checkout.installEverything();
    assert.deepEqual(await checkout.run(), { code: 0, text: '' });
    assert.deepEqual(checkout.noted(), []);
  });

  it('installs packages and OpenVINO in an empty home, then has nothing left to do', async () => {
    const checkout = new Checkout();
    const { code, text } = await checkout.run();
    assert.equal(code, 0, text);
    assert.match(text, /^Installing packages.*\nFetching OpenVINO.*\n$/);
    assert.deepEqual(checkout.noted(), ['npm ci --no-audit --no-fund', 'python3 -m pip install']);
    assert.ok(checkout.hasOpenVino());
    assert.deepEqual(await checkout.run(), { code: 0, text: '' });
  });

  const outdated = [
    ['of another version', { koffi: '3.0.0' }],
    ['missing', {}],
  ] as const;
  for (const [what, installed] of outdated) {
    it(`installs again when a package is ${what}`, async () => {
      const checkout = new Checkout();
      checkout.installEverything();
      checkout.write('node_modules/.package-lock.json', lockFile(installed));
      assert.equal((await checkout.run()).code, 0);
      assert.deepEqual(checkout.noted(), ['npm ci --no-audit --no-fund']);
    });
  }

  it('installs again when the folder of a package is gone, though npm lists it', async () => {
    const checkout = new Checkout();
    checkout.installEverything();
    rmSync(join(checkout.root, 'node_modules/koffi'), { recursive: true });
    assert.equal((await checkout.run()).code, 0);
    assert.deepEqual(checkout.noted(), ['npm ci --no-audit --no-fund']);
    assert.deepEqual(await checkout.run(), { code: 0, text: '' });
  });

  const links = [
    ['leads nowhere', '../packages/gone'],
    ['leads into another checkout', tmpdir()],
    ['is not there', null],
  ] as const;
  for (const [what, target] of links) {
    it(`installs again when the link to a workspace ${what}`, async () => {
      const checkout = new Checkout();
      const lock = withWorkspace(lockFile({ koffi: '3.3.4' }));
      checkout.installEverything();
      checkout.write('packages/tool/package.json', '{}');
      for (const name of ['package-lock.json', 'installed.json', 'node_modules/.package-lock.json'])
        checkout.write(name, lock);
      const link = join(checkout.root, 'node_modules/tool');
      if (target !== null) symlinkSync(target, link);
      checkout.command('npm', `ln -sfn ../packages/tool "${link}" && ${NPM_LIST}`);
      assert.equal((await checkout.run()).code, 0);
      assert.deepEqual(checkout.noted(), ['npm ci --no-audit --no-fund']);
      assert.deepEqual(await checkout.run(), { code: 0, text: '' });
    });
  }

  it('fetches nothing when openvino-node opens, unless the other binding is wanted', async () => {
    const checkout = new Checkout();
    checkout.installAddon(OPENED);
    assert.deepEqual(await checkout.run(), { code: 0, text: '' });
    checkout.write('.env', 'OPENVINO_BINDING=c-api\n');
    assert.equal((await checkout.run()).code, 0);
    assert.ok(checkout.hasOpenVino());
  });

  it('fetches OpenVINO where openvino-node is there and does not open, and is silent from then on', async () => {
    const checkout = new Checkout();
    checkout.installAddon(GARBAGE);
    const { code, text } = await checkout.run();
    assert.equal(code, 0, text);
    assert.match(text, /^openvino-node is installed, but does not open: file too short\.\nFetching OpenVINO/);
    assert.ok(checkout.hasOpenVino());
    assert.deepEqual(await checkout.run(), { code: 0, text: '' });
  });

  it('names the way back from an addon that crashes, and that way works', async () => {
    const checkout = new Checkout();
    checkout.installAddon(CRASHED);
    const { code, text } = await checkout.run();
    assert.equal(code, 1);
    assert.match(text, /SIGSEGV.*OPENVINO_BINDING=c-api in \.env/);
    checkout.write('.env', 'OPENVINO_BINDING=c-api\n');
    assert.equal((await checkout.run()).code, 0);
    assert.ok(checkout.hasOpenVino());
  });

  it('does not fetch a library that was not asked for', async () => {
    const checkout = new Checkout();
    checkout.installAddon(GARBAGE);
    const { code, text } = await checkout.run({ OPENVINO_BINDING: 'openvino-node' });
    assert.equal(code, 1);
    assert.match(text, /OPENVINO_BINDING is openvino-node, but file too short/);
    assert.deepEqual(checkout.noted(), []);
  });

  it('does not believe in a library that does not open', async () => {
    const checkout = new Checkout();
    checkout.installEverything();
    writeFileSync(join(checkout.openvino, 'openvino', 'libs', LIBRARY), 'broken');
    const { code, text } = await checkout.run();
    assert.equal(code, 1);
    assert.match(text, /does not work here: GLIBC_2\.99 not found/);
    assert.ok(text.includes(`remove ${checkout.openvino} and start again`), text);
    rmSync(checkout.openvino, { recursive: true });
    assert.equal((await checkout.run()).code, 0);
  });

  it('has pip hold the wheel against its hashes', async () => {
    const checkout = new Checkout();
    assert.equal((await checkout.run()).code, 0);
    const args = readFileSync(join(checkout.root, 'arguments.txt'), 'utf8');
    assert.match(args, /--require-hashes -r \S+openvino-wheel\.txt/);
  });

  it('falls back to npm install where npm ci refuses the lock file', async () => {
    const checkout = new Checkout();
    checkout.command(
      'npm',
      'if tail -n 1 notes.txt | grep -q " ci "; then echo "npm error code EUSAGE"; exit 1; fi\n' +
        `mkdir -p node_modules/koffi && ${NPM_LIST}`,
    );
    assert.equal((await checkout.run()).code, 0);
    const npm = checkout.noted().filter((note) => note.startsWith('npm'));
    assert.deepEqual(npm, ['npm ci --no-audit --no-fund', 'npm install --no-save --no-audit']);
  });

  it('shows what npm said when it fails', async () => {
    const checkout = new Checkout();
    checkout.command('npm', 'echo "npm error ENOTFOUND"; exit 1');
    const { code, text } = await checkout.run();
    assert.equal(code, 1);
    assert.match(text, /npm error ENOTFOUND\nThe packages could not be installed.*proxy/);
  });

  it('says how to fix it when pip fails, and leaves nothing behind', async () => {
    const checkout = new Checkout();
    checkout.command(
      'python3',
      'mkdir -p "$target/openvino"; echo "ERROR: no matching distribution"; exit 1',
    );
    const { code, text } = await checkout.run();
    assert.equal(code, 1);
    assert.match(
      text,
      /could not be fetched[\s\S]*python3: ERROR: no matching distribution[\s\S]*OPENVINO_LIB/,
    );
    assert.doesNotMatch(text, /\n\s+at /, 'no stack trace');
    assert.deepEqual(
      [existsSync(`${checkout.openvino}.partial`), existsSync(checkout.openvino)],
      [false, false],
    );
  });

  it('says so when pip got another wheel than the published one', async () => {
    const checkout = new Checkout();
    checkout.command('python3', 'echo "ERROR: THESE PACKAGES DO NOT MATCH THE HASHES FROM …"; exit 1');
    const { code, text } = await checkout.run();
    assert.equal(code, 1);
    assert.match(text, /python3: the wheel that came is not the one that PyPI published/);
    assert.equal(checkout.hasOpenVino(), false);
  });

  it('says how to fix it when there is no Python, but lets the doctor start', async () => {
    const checkout = new Checkout();
    rmSync(join(checkout.bin, 'python3'));
    rmSync(join(checkout.bin, 'python'));
    const env = { PATH: checkout.bin, npm_execpath: '' };
    checkout.installPackages();
    const start = await checkout.run({ ...env, npm_lifecycle_event: 'prestart' });
    assert.equal(start.code, 1);
    assert.match(start.text, /python3: .*ENOENT/);
    const riff = await checkout.run({ ...env, npm_lifecycle_event: 'preriff' });
    assert.equal(riff.code, 0);
    assert.match(riff.text, /To fix it/);
  });

  it('keeps its locks and folders to this user', async () => {
    const checkout = new Checkout();
    mkdirSync(checkout.cache, { recursive: true });
    chmodSync(checkout.cache, 0o777);
    const mask = process.umask(0);
    try {
      assert.equal((await checkout.run()).code, 0);
    } finally {
      process.umask(mask);
    }
    assert.equal(statSync(checkout.cache).mode & 0o022, 0);
    assert.deepEqual(readdirSync(checkout.cache), [basename(checkout.openvino)], 'no lock stays');
  });

  it('says in a sentence which lock it cannot remove', async () => {
    const checkout = new Checkout();
    const lock = join(checkout.cache, `openvino-${OPENVINO_VERSION}.lock`);
    checkout.installPackages();
    mkdirSync(lock, { recursive: true });
    utimesSync(lock, 0, 0);
    const { code, text } = await checkout.run();
    assert.equal(code, 1);
    assert.ok(text.includes(`${lock}: expected to remove this lock, which was left behind`), text);
    assert.doesNotMatch(text, /\n\s+at /, 'no stack trace');
  });

  const ENCODINGS = [
    ['a byte order mark', Buffer.from('\ufeffOPENVINO_LIB=old\n')],
    ['UTF-16', Buffer.from('\ufeffOPENVINO_LIB=old\r\n', 'utf16le')],
  ] as const;
  for (const [what, bytes] of ENCODINGS) {
    it(`reads the first line of a .env with ${what}`, async () => {
      const checkout = new Checkout();
      checkout.installEverything();
      checkout.write('.env', bytes);
      const { code, text } = await checkout.run();
      assert.equal(code, 1);
      assert.match(text, /OPENVINO_LIB: expected .*, got old, which /);
    });
  }

  it('refuses a .env that is no text in a sentence', async () => {
    const checkout = new Checkout();
    checkout.installEverything();
    mkdirSync(join(checkout.root, '.env'));
    const { code, text } = await checkout.run();
    assert.equal(code, 1);
    assert.match(text, /^\S+\.env: expected a text file, got a folder; .*\n$/);
  });

  it('starts over from what an interrupted run left behind', async () => {
    const checkout = new Checkout();
    const partial = `cache/riff/openvino-${OPENVINO_VERSION}.partial`;
    checkout.write(`${partial}/openvino/half-a-file`, 'x');
    checkout.write(`cache/riff/openvino-${OPENVINO_VERSION}.lock`, `${hostname()} 999999999`);
    const { code, text } = await checkout.run();
    assert.equal(code, 0, text);
    assert.ok(checkout.hasOpenVino());
    assert.equal(existsSync(join(checkout.openvino, 'openvino', 'half-a-file')), false);
    assert.equal(existsSync(join(checkout.root, partial)), false);
  });

  it('replaces a folder that lost its library', async () => {
    const checkout = new Checkout();
    checkout.installEverything();
    rmSync(join(checkout.openvino, 'openvino', 'libs', LIBRARY));
    assert.equal((await checkout.run()).code, 0);
    assert.ok(checkout.hasOpenVino());
  });

  it('installs once when it is started three times at once', async () => {
    const checkout = new Checkout();
    const runs = await Promise.all([checkout.run(), checkout.run(), checkout.run()]);
    assert.deepEqual(
      runs.map(({ code }) => code),
      [0, 0, 0],
    );
    assert.deepEqual(checkout.noted(), ['npm ci --no-audit --no-fund', 'python3 -m pip install']);
  });

  it('names an OPENVINO_LIB that holds no usable library', async () => {
    const checkout = new Checkout();
    checkout.installEverything();
    checkout.write('old/libopenvino_c.so.2500', '');
    const { code, text } = await checkout.run({ OPENVINO_LIB: join(checkout.root, 'old') });
    assert.equal(code, 1);
    assert.match(text, /OPENVINO_LIB: expected.*holds OpenVINO 2025\.0\.0/);
    assert.deepEqual(checkout.noted(), []);
  });
});
