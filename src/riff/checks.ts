import { z } from 'zod';
import { UserError } from '../errors.ts';

export interface Range {
  readonly min: number;
  readonly max: number;
}

/** Throws UserError that names every field at fault, what was expected and what came. */
export function checked<Output>(schema: z.ZodType<Output>, input: unknown): Output {
  const result = schema.safeParse(input);
  if (result.success) return result.data;
  // One value may break two rules that say the same.
  throw new UserError([...new Set(result.error.issues.map(({ message }) => message))].join('; '));
}

export function integerBetween(name: string, range: Range): z.ZodNumber {
  const message = rangeMessage(name, range, 'a whole number');
  return z.number(message).int(message).min(range.min, message).max(range.max, message);
}

export function numberBetween(name: string, range: Range): z.ZodNumber {
  const message = rangeMessage(name, range, 'a number');
  return z.number(message).min(range.min, message).max(range.max, message);
}

export function oneOf<const Names extends readonly string[]>(name: string, names: Names) {
  return z.enum(names, {
    error: (issue) => `${name}: expected one of ${names.join(', ')}, got ${describe(issue.input)}`,
  });
}

function rangeMessage(
  name: string,
  range: Range,
  kind: string,
): { error: (issue: { input?: unknown }) => string } {
  return {
    error: (issue) =>
      `${name}: expected ${kind} from ${range.min} to ${range.max}, got ${describe(issue.input)}`,
  };
}

/** An object from outside may not even be printable: its `toString` can be anything. */
function describe(value: unknown): string {
  if (typeof value === 'string') return JSON.stringify(value.slice(0, 40));
  return typeof value === 'object' && value !== null ? 'an object' : String(value);
}
