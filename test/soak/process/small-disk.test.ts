import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { abandonedDisks, mountSmallDisk } from './small-disk.ts';

const MODULE = new URL('./small-disk.ts', import.meta.url).href;

/** A process that has ended. */
const gone = spawnSync(process.execPath, ['-e', '']).pid;

test('a disk is abandoned when its process is gone', () => {
  const mounts = [
    'tmpfs /run tmpfs rw 0 0',
    `riff-soak-${gone} /tmp/riff\\040soak-a/data tmpfs rw,size=16384k 0 0`,
    `riff-soak-${process.pid} /tmp/riff-soak-b/data tmpfs rw 0 0`,
    `riff-soak-x /tmp/riff-soak-c/data tmpfs rw 0 0`,
    '',
  ];
  assert.deepEqual(abandonedDisks(mounts.join('\n')), ['/tmp/riff soak-a/data']);
});

test('what a killed run left mounted is gone after the next start', (t: TestContext) => {
  const base = mkdtempSync(join(tmpdir(), 'riff-disk-'));
  t.after(() => rmSync(base, { recursive: true, force: true }));
  const [left, mine] = [join(base, 'left'), join(base, 'mine')];
  const killed = spawnSync(process.execPath, [
    '--input-type=module',
    '-e',
    `import { mountSmallDisk } from ${JSON.stringify(MODULE)};
     mountSmallDisk(${JSON.stringify(left)}, 65536); process.kill(process.pid, 'SIGKILL');`,
  ]);
  if (killed.signal !== 'SIGKILL') return t.skip('only root can mount');
  {
    using _disk = mountSmallDisk(mine, 65_536);
    const mounts = readFileSync('/proc/self/mounts', 'utf8');
    assert.ok(mounts.includes(mine) && !mounts.includes(left));
    assert.equal(existsSync(left), false);
  }
  assert.ok(!readFileSync('/proc/self/mounts', 'utf8').includes(mine));
});
