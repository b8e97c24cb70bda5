import assert from 'node:assert/strict';
import { test } from 'node:test';
import { allowedThreads, threadLimits } from '../../src/openvino/threads.ts';

const V2 = { '/proc/self/cgroup': '0::/system.slice/riff.service\n' };
const V1 = { '/proc/self/cgroup': '12:cpuset:/\n4:cpu,cpuacct:/docker/abc\n' };
const v1 = (folder: string, quota: string) => ({
  [`/sys/fs/cgroup/${folder}/cpu.cfs_quota_us`]: `${quota}\n`,
  [`/sys/fs/cgroup/${folder}/cpu.cfs_period_us`]: '100000\n',
});

const cases: readonly (readonly [string, Readonly<Record<string, string>>, number, number | null, number])[] =
  [
    ['no control groups', {}, 8, null, 8],
    [
      'a group without a limit',
      { ...V2, '/sys/fs/cgroup/system.slice/riff.service/cpu.max': 'max 100000\n' },
      8,
      null,
      8,
    ],
    [
      'a quota, rounded up',
      { ...V2, '/sys/fs/cgroup/system.slice/riff.service/cpu.max': '150000 100000\n' },
      8,
      1.5,
      2,
    ],
    [
      'the smallest quota above',
      { ...V2, '/sys/fs/cgroup/system.slice/cpu.max': '300000 100000\n' },
      8,
      3,
      3,
    ],
    ['a container whose root is its own', { ...V2, '/sys/fs/cgroup/cpu.max': '200000 100000\n' }, 8, 2, 2],
    [
      'fewer cores by affinity than by quota',
      { ...V2, '/sys/fs/cgroup/cpu.max': '400000 100000\n' },
      2,
      4,
      2,
    ],
    ['less than one CPU', { ...V2, '/sys/fs/cgroup/cpu.max': '20000 100000\n' }, 4, 0.2, 1],
    ['version 1', { ...V1, ...v1('cpu/docker/abc', '250000') }, 8, 2.5, 3],
    ['version 1 under its other name', { ...V1, ...v1('cpu,cpuacct', '100000') }, 8, 1, 1],
    ['version 1 without a limit', { ...V1, ...v1('cpu', '-1') }, 8, null, 8],
    ['a file of nonsense', { ...V2, '/sys/fs/cgroup/cpu.max': 'nonsense' }, 4, null, 4],
  ];

for (const [situation, files, affinity, quota, allowed] of cases) {
  test(`counts threads: ${situation}`, () => {
    const sources = { affinity: () => affinity, readText: (path: string) => files[path] };
    assert.deepEqual(threadLimits(sources), { affinity, quota, allowed });
  });
}

test('counts at least one thread here', () => {
  assert.ok(allowedThreads() >= 1);
});
