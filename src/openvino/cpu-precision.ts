import { type ReadText, readSystemFile } from './control-groups.ts';

/** Flags of /proc/cpuinfo: AMX and AVX512-FP16 on x86, half precision on Arm. OpenVINO uses them by default. */
const HALF_FLAGS = /\b(amx_bf16|avx512_fp16|asimdhp)\b/;

/** True when the CPU computes in 16-bit floats, so that 16-bit weights are not widened. */
export function keepsHalf(readText: ReadText): boolean {
  return HALF_FLAGS.test(cpuInfo(readText));
}

/**
 * True when the CPU is faster in 32 bits than in bfloat16, which OpenVINO chooses wherever the instructions exist.
 * Intel's cores since Sapphire Rapids gain only through their matrix unit, AMX, which virtual machines often hide. On two
 * cores without it, riff-mini's U-Net took 41 ms in bfloat16 and 30 ms in 32 bits, its decoder 73 and 45 ms (OpenVINO
 * 2026.4.1); with AMX, the U-Net took 13 and 34 ms. AMD's cores gain without such a unit.
 */
export function halfIsSlower(readText: ReadText = readSystemFile): boolean {
  const cpu = cpuInfo(readText);
  const has = (flag: string) => new RegExp(`\\b${flag}\\b`).test(cpu);
  return has('GenuineIntel') && has('avx512_bf16') && has('avx512_fp16') && !has('amx_bf16');
}

function cpuInfo(readText: ReadText): string {
  return readText('/proc/cpuinfo') ?? '';
}
