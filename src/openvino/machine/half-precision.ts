import { type ReadText, readSystemFile } from './control-groups.ts';

/**
 * Whether the CPU computes faster in 32 bits than in bfloat16, which OpenVINO chooses wherever the instructions are.
 * Intel's cores since Sapphire Rapids gain by their matrix unit, AMX, alone; virtual machines often hide it. On two of
 * them riff-mini's U-Net took 41 ms in bfloat16 and 30 ms in 32 bits, its decoder 73 and 45 (OpenVINO 2026.4.1). AMD's
 * cores gain without such a unit.
 */
export function halfIsSlower(readText: ReadText = readSystemFile): boolean {
  const cpu = readText('/proc/cpuinfo') ?? '';
  const has = (flag: string) => new RegExp(`\\b${flag}\\b`).test(cpu);
  return has('GenuineIntel') && has('avx512_bf16') && has('avx512_fp16') && !has('amx_bf16');
}
