const HALVES = new Set(['f16', 'bf16']);
const BYTES = new Set(['i8', 'u8', 'f8e4m3', 'f8e5m2']);
const NIBBLES = new Set(['i4', 'u4', 'nf4']);

/**
 * The type of most weights of an IR: "f32", "f16", "int8", "int4", or "int8-hybrid" when activations are quantised too,
 * which FakeQuantize layers show.
 */
export function weightPrecision(xml: string): string {
  const bytesByType = new Map<string, number>();
  for (const [, type = '', size] of xml.matchAll(/\belement_type="(\w+)"[^>]*?\bsize="(\d+)"/g)) {
    bytesByType.set(type, (bytesByType.get(type) ?? 0) + Number(size));
  }
  const [most = 'none'] = [...bytesByType].sort(([, a], [, b]) => b - a)[0] ?? [];
  if (HALVES.has(most)) return most;
  if (NIBBLES.has(most)) return 'int4';
  if (BYTES.has(most)) return xml.includes('type="FakeQuantize"') ? 'int8-hybrid' : 'int8';
  return most;
}
