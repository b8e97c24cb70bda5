import assert from 'node:assert/strict';
import {
  mkdirSync,
  mkdtempSync,
  readFileSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { after, test } from 'node:test';
import {
  cacheFolder,
  locateLibraries,
  OPENVINO_VERSION,
  supportedVersion,
} from '../../src/openvino/locate.mjs';

const home = realpathSync(mkdtempSync(join(tmpdir(), 'riff-locate-')));
after(() => rmSync(home, { recursive: true }));

const noPython = { platform: 'linux', home, pythonPackage: () => undefined } as const;

/** Only what lies under the test's folder: the machine may have libraries of its own. */
function found(env: NodeJS.ProcessEnv, machine: Parameters<typeof locateLibraries>[1] = noPython) {
  const { usable, refused } = locateLibraries(env, machine);
  const ours = (libraries: typeof usable) => libraries.filter(({ path }) => path.startsWith(home));
  return { usable: ours(usable), refused: ours(refused) };
}

function file(...parts: string[]): string {
  const path = join(home, ...parts);
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, '');
  return path;
}

const names = [
  ['linux', 'libopenvino_c.so.2640', '2026.4.0'],
  ['linux', 'libopenvino_c.so.2026.4.1', '2026.4.1'],
  ['linux', 'libopenvino_c.so', undefined],
  ['darwin', 'libopenvino_c.2641.dylib', '2026.4.1'],
  ['darwin', 'libopenvino_c.dylib', undefined],
  ['win32', 'openvino_c.dll', undefined],
] as const;
for (const [platform, name, version] of names) {
  test(`OPENVINO_LIB finds ${name} as a file, in its folder and in a wheel`, () => {
    const root = join(platform, name);
    const path = file(root, 'openvino', 'libs', name);
    for (const place of [path, dirname(path), join(home, root)]) {
      assert.deepEqual(found({ OPENVINO_LIB: place }, { ...noPython, platform }).usable, [{ path, version }]);
    }
  });
}

for (const name of ['libopenvino_c.so.2500', 'libopenvino_c.so.2631', 'libopenvino_c.so.2700']) {
  test(`refuses ${name} by its name`, () => {
    const path = file('refused', name, name);
    const { usable, refused } = found({ OPENVINO_LIB: path });
    assert.deepEqual([usable.length, refused.map((library) => library.path)], [0, [path]]);
  });
}

test('OPENVINO_LIB rules out every other place', () => {
  file('.cache', 'riff', `openvino-${OPENVINO_VERSION}`, 'openvino', 'libs', 'libopenvino_c.so.2641');
  assert.equal(found({}).usable.length, 1);
  assert.equal(found({ OPENVINO_LIB: join(home, 'nowhere') }).usable.length, 0);
});

test('takes the active Python environment before its own cache, and each library once', () => {
  const inCache = join(cacheFolder({}, noPython), 'openvino', 'libs', 'libopenvino_c.so.2641');
  const inVenv = file(
    'venv',
    'lib',
    'python3.12',
    'site-packages',
    'openvino',
    'libs',
    'libopenvino_c.so.2641',
  );
  symlinkSync(inVenv, join(dirname(inVenv), 'libopenvino_c.so'));
  const paths = found({ VIRTUAL_ENV: join(home, 'venv'), LD_LIBRARY_PATH: dirname(inVenv) }).usable;
  assert.deepEqual(
    paths.map(({ path }) => path),
    [inVenv, inCache],
  );
});

test('asks Python only when nothing else is there', () => {
  const inPython = file('python', 'openvino', 'libs', 'libopenvino_c.so.2641');
  let questions = 0;
  const pythonPackage = () => {
    questions++;
    return dirname(dirname(inPython));
  };
  const emptyHome = join(home, 'empty');
  const inSystem = locateLibraries({}, { ...noPython, home: emptyHome }).usable.length > 0;
  const { usable } = found({}, { ...noPython, home: emptyHome, pythonPackage });
  assert.equal(questions, inSystem ? 0 : 1);
  assert.deepEqual(
    usable.map(({ path }) => path),
    inSystem ? [] : [inPython],
  );
  found({}, { ...noPython, pythonPackage });
  assert.equal(questions, inSystem ? 0 : 1, 'the cache answers before Python');
});

test('keeps its own OpenVINO where each system keeps caches', () => {
  const name = `openvino-${OPENVINO_VERSION}`;
  assert.equal(cacheFolder({}, { platform: 'linux', home: '/h' }), `/h/.cache/riff/${name}`);
  assert.equal(cacheFolder({}, { platform: 'darwin', home: '/h' }), `/h/Library/Caches/riff/${name}`);
  assert.match(cacheFolder({ LOCALAPPDATA: 'L' }, { platform: 'win32', home: '/h' }), /^L.riff.openvino/);
  assert.equal(cacheFolder({ XDG_CACHE_HOME: '/x' }, { platform: 'linux', home: '/h' }), `/x/riff/${name}`);
});

test('supports 2026.4 and what follows within 2026', () => {
  const versions = [
    '2026.4.0',
    '2026.4.1-22982-abc',
    '2026.10.0',
    '2026.3.9',
    '2025.4.0',
    '2027.4.0',
    '',
    'next',
  ];
  assert.deepEqual(versions.map(supportedVersion), [true, true, true, false, false, false, false, false]);
});

test('the wheel that is fetched has the version that is looked for, and a hash for each platform', () => {
  const wheel = readFileSync(new URL('../../src/openvino/openvino-wheel.txt', import.meta.url), 'utf8');
  assert.match(wheel, new RegExp(`^openvino==${OPENVINO_VERSION} `, 'm'));
  assert.equal([...wheel.matchAll(/--hash=sha256:[0-9a-f]{64}\b/g)].length, 4);
});
