/**
 * A property as OpenVINO's C library prints it, whatever JavaScript value the addon made of it: YES and NO, lists
 * with blanks between, maps as "{CPU:{NUM_STREAMS:1}}". Undefined where the addon has no value for it.
 */
export function propertyText(value: unknown): string | undefined {
  if (value === undefined || value === null) return undefined;
  if (typeof value === 'boolean') return value ? 'YES' : 'NO';
  if (typeof value !== 'object') return String(value);
  if (isList(value)) return Array.from(value, textOrEmpty).join(' ');
  const entries = value instanceof Map ? [...value] : Object.entries(value);
  return `{${entries.map(([key, inner]) => `${key}:${textOrEmpty(inner)}`).join(',')}}`;
}

function textOrEmpty(value: unknown): string {
  return propertyText(value) ?? '';
}

/** Arrays, typed arrays and sets. */
function isList(value: object): value is Iterable<unknown> {
  return Symbol.iterator in value && !(value instanceof Map);
}
