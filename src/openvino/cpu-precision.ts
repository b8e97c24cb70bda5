import { type ReadText, readSystemFile } from './control-groups.ts';

/** Flags of /proc/cpuinfo: AMX and AVX512-FP16 on x86, half precision on Arm. OpenVINO uses them unasked. */
const HALF_FLAGS = /\b(amx_bf16|avx512_fp16|asimdhp)\b/;

/** Whether the CPU computes in 16-bit floats, so that such weights stay as they are. */
export function keepsHalf(readText: ReadText): boolean {
  return HALF_FLAGS.test(cpuInfo(readText));
}

/**
 * Whether the CPU computes faster in 32 bits than in bfloat16, which OpenVINO chooses wherever the instructions are.
 * Intel's cores since Sapphire Rapids gain by their matrix unit, AMX, alone; virtual machines often hide it. On two of
 * them riff-mini's U-Net took 41 ms in bfloat16 and 30 ms in 32 bits, its decoder 73 and 45 (OpenVINO 2026.4.1); where AMX
 * is shown, the U-Net took 13 ms and 34. AMD's cores gain without such a unit.
 */
export function halfIsSlower(readText: ReadText = readSystemFile): boolean {
  const cpu = cpuInfo(readText);
  const has = (flag: string) => new RegExp(`\\b${flag}\\b`).test(cpu);
  return has('GenuineIntel') && has('avx512_bf16') && has('avx512_fp16') && !has('amx_bf16');
}

function cpuInfo(readText: ReadText): string {
  return readText('/proc/cpuinfo') ?? '';
}
