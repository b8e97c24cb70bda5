import { z } from 'zod';
import { UserError } from '../errors.ts';
import type { InputFault } from '../messages/input-faults.ts';
import { shortened } from '../messages/shortened.ts';

export interface Range {
  readonly min: number;
  readonly max: number;
}

/** Parses the input. Throws UserError that names every invalid field, what was expected and what came. */
export function checked<Output>(schema: z.ZodType<Output>, input: unknown): Output {
  const result = schema.safeParse(input);
  if (result.success) return result.data;
  const { issues } = result.error;
  const faults = issues.map(faultOf).filter((fault) => fault !== null);
  // Only a forged or damaged value breaks a rule without an InputFault.
  if (faults.length === issues.length) throw new UserError(faults);
  throw new UserError(issues.map(({ message }) => message).join('; '));
}

/** A schema that refuses a value with the fault that `faultIn` returns; null: the value is valid. */
export function valid<T>(faultIn: (value: unknown) => InputFault | null): z.ZodType<T, T> {
  return z.custom<T>().check(({ value, issues }) => {
    const fault = faultIn(value);
    if (fault !== null)
      issues.push({
        code: 'custom',
        input: value,
        message: new UserError([fault]).message,
        params: { fault },
        // Else a union tells of its other forms, too, and no longer of this fault.
        continue: true,
      });
  });
}

function faultOf(issue: z.core.$ZodIssue): InputFault | null {
  return issue.code === 'custom' ? (issue.params?.fault ?? null) : null;
}

export function integerBetween(name: string, { min, max }: Range): z.ZodType<number> {
  return valid<number>((value) =>
    Number.isSafeInteger(value) && isBetween(value, min, max)
      ? null
      : { kind: 'noWholeNumber', name, min, max, got: described(value) },
  );
}

export function numberBetween(name: string, { min, max }: Range): z.ZodType<number> {
  return valid<number>((value) =>
    isBetween(value, min, max) ? null : { kind: 'noNumber', name, min, max, got: described(value) },
  );
}

export function oneOf<const Names extends readonly string[]>(
  name: string,
  names: Names,
): z.ZodType<Names[number]> {
  return valid<Names[number]>((value) =>
    names.some((known) => known === value) ? null : { kind: 'noneOf', name, names, got: described(value) },
  );
}

const VISIBLE = /[^\s\p{Cc}\p{Cs}\p{Default_Ignorable_Code_Point}]/u;

/** Whether the text has a character that is no space, control, joiner or filler. */
export function isVisible(text: string): boolean {
  return VISIBLE.test(text);
}

/** Text with a visible character, trimmed; at most `most` characters. */
export function promptUpTo(most: number): z.ZodType<string, string> {
  return valid<string>((value) => {
    if (typeof value !== 'string') return { kind: 'noPrompt' };
    return isVisible(value) ? null : { kind: 'emptyPrompt' };
  }).pipe(textUpTo('prompt', most));
}

/** Text, trimmed; at most `most` characters, also none, as where none of them is visible. */
export function textUpTo(name: string, most: number): z.ZodType<string, string> {
  return z
    .string()
    .trim()
    .transform((text) => (isVisible(text) ? text : ''))
    .pipe(
      valid<string>((value) =>
        String(value).length > most ? { kind: 'tooManyCharacters', name, most } : null,
      ),
    );
}

function isBetween(value: unknown, min: number, max: number): boolean {
  return typeof value === 'number' && value >= min && value <= max;
}

/** Never calls the value's own `toString`, which may throw. */
function described(value: unknown): string {
  if (typeof value === 'string') return JSON.stringify(shortened(value, 40));
  return typeof value === 'object' && value !== null ? 'an object' : String(value);
}
