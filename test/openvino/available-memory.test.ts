import assert from 'node:assert/strict';
import { test } from 'node:test';
import { machineMemory } from '../../src/openvino/available-memory.ts';

const MEMINFO = 'MemTotal:       16000000 kB\nMemFree:         1000000 kB\nMemAvailable:    8000000 kB\n';
const V2 = { '/proc/meminfo': MEMINFO, '/proc/self/cgroup': '0::/riff.slice/riff.service\n' };
const V1 = { '/proc/meminfo': MEMINFO, '/proc/self/cgroup': '9:memory:/docker/abc\n4:cpu,cpuacct:/other\n' };
const v2 = (group: string, max: string, current: number, statistics = '') => ({
  [`/sys/fs/cgroup${group}/memory.max`]: `${max}\n`,
  [`/sys/fs/cgroup${group}/memory.current`]: `${current}\n`,
  [`/sys/fs/cgroup${group}/memory.stat`]: statistics,
});
const v1 = (limit: string, used: number) => ({
  '/sys/fs/cgroup/memory/docker/abc/memory.limit_in_bytes': `${limit}\n`,
  '/sys/fs/cgroup/memory/docker/abc/memory.usage_in_bytes': `${used}\n`,
  '/sys/fs/cgroup/memory/docker/abc/memory.stat': 'cache 1\ntotal_cache 500\n',
});

const CASES: readonly [situation: string, files: Readonly<Record<string, string>>, bytes: number | null][] = [
  ['no files, as on other systems than Linux', {}, null],
  ['no control group', { '/proc/meminfo': MEMINFO }, 8_192_000_000],
  ['a group without a limit', { ...V2, ...v2('/riff.slice/riff.service', 'max', 100) }, 8_192_000_000],
  ['a group with a limit', { ...V2, ...v2('/riff.slice/riff.service', '4000', 1000) }, 3000],
  [
    'pages of files, which give way',
    { ...V2, ...v2('/riff.slice/riff.service', '4000', 3000, 'anon 2000\nfile 900\nfile_mapped 7\n') },
    1900,
  ],
  ['the narrower group above', { ...V2, ...v2('/riff.slice', '2000', 500), ...v2('', '9000', 0) }, 1500],
  ['a group that is over its limit', { ...V2, ...v2('', '2000', 2500) }, 0],
  ['version 1', { ...V1, ...v1('4000', 1000) }, 3500],
  ['version 1 without a limit', { ...V1, ...v1('9223372036854771712', 1000) }, 8_192_000_000],
  ['nonsense', { ...V2, ...v2('', 'nonsense', 0) }, 8_192_000_000],
];

for (const [situation, files, bytes] of CASES) {
  test(`counts memory: ${situation}`, () => {
    assert.equal(machineMemory((path) => files[path]).availableBytes, bytes);
  });
}

for (const [flags, keepsHalf] of [
  ['flags : sse avx2 avx512f avx512_vnni', false],
  ['flags : avx512f avx512_bf16 amx_bf16 amx_tile', true],
  ['Features : fp asimd fphp asimdhp', true],
] as const) {
  test(`sees whether the CPU computes in 16 bits: ${flags}`, () => {
    assert.equal(
      machineMemory((path) => (path === '/proc/cpuinfo' ? flags : undefined)).keepsHalf,
      keepsHalf,
    );
  });
}
