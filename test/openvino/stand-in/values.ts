/** Properties that are lists in OpenVINO: the addon gives arrays. */
const LISTS = new Set([
  'EXECUTION_DEVICES',
  'SUPPORTED_PROPERTIES',
  'OPTIMIZATION_CAPABILITIES',
  'DEVICE_PRIORITIES',
]);
const MAX_INT32 = 2 ** 31 - 1;

/** What the addon makes of a property: booleans, numbers and arrays where the C library has text. */
export function toJsValue(key: string, text: string): unknown {
  if (LISTS.has(key)) return text === '' ? [] : text.split(' ');
  if (text === 'YES' || text === 'NO') return text === 'YES';
  return /^-?\d+$/.test(text) && Math.abs(Number(text)) <= MAX_INT32 ? Number(text) : text;
}
