/**
 * Formats a property value of the addon as OpenVINO's C library prints it: YES or NO, lists separated by blanks, maps as
 * "{CPU:{NUM_STREAMS:1}}". Undefined when the addon has no value.
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
