import { UserError } from '../../src/errors.ts';

/** Throws UserError if the list is full. */
export function withEntry(list: readonly string[], entry: string, max: number, name: string): string[] {
  if (list.includes(entry)) return [...list];
  if (list.length >= max)
    throw new UserError(`${name}: expected at most ${max}, got one more; remove one before adding another.`);
  return [...list, entry];
}

export function withoutEntry(list: readonly string[], entry: string): string[] {
  return list.filter((other) => other !== entry);
}
