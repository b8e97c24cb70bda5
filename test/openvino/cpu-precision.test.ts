import assert from 'node:assert/strict';
import { test } from 'node:test';
import { halfIsSlower } from '../../src/openvino/cpu-precision.ts';

const INTEL = 'vendor_id\t: GenuineIntel\nflags\t\t: avx512f avx512_vnni';

for (const [machine, cpu, slower] of [
  ['Sapphire Rapids whose AMX is hidden', `${INTEL} avx512_bf16 avx512_fp16`, true],
  ['Sapphire Rapids', `${INTEL} avx512_bf16 avx512_fp16 amx_bf16 amx_tile`, false],
  ['Cooper Lake, which nobody measured', `${INTEL} avx512_bf16`, false],
  ['Ice Lake, which has no bfloat16', INTEL, false],
  ['AMD Zen 4', 'vendor_id\t: AuthenticAMD\nflags\t\t: avx512f avx512_bf16', false],
  ['another system than Linux', undefined, false],
] as const) {
  test(`bfloat16 is ${slower ? 'slower' : 'left to OpenVINO'}: ${machine}`, () => {
    const files: Readonly<Record<string, string | undefined>> = { '/proc/cpuinfo': cpu };
    assert.equal(
      halfIsSlower((path) => files[path]),
      slower,
    );
  });
}
