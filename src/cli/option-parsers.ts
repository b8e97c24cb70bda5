import { UserError } from '../errors.ts';
import { shortened } from '../messages/shortened.ts';
import type { Range } from '../riff/checks.ts';
import { REQUEST_LIMITS } from '../riff/request.ts';

const NUMBER = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i;

/** A parser for commander: decimal numbers only. Without `range` it is checked later, with the whole request. */
export function numberOption(name: string, range?: Range): (text: string) => number {
  return (text) => {
    if (!NUMBER.test(text.trim()))
      throw new UserError(`${name}: expected a number, got ${JSON.stringify(shortened(text, 40))}`);
    const value = Number(text);
    if (!range || (value >= range.min && value <= range.max)) return value;
    throw new UserError(`${name}: expected a number from ${range.min} to ${range.max}, got ${value}`);
  };
}

/** A parser for commander: a whole number in a range. `unit` is added to the error message, such as " of pixels". */
export function wholeNumberOption(name: string, { min, max }: Range, unit = ''): (text: string) => number {
  const parse = numberOption(name);
  return (text) => {
    const value = parse(text);
    if (Number.isInteger(value) && value >= min && value <= max) return value;
    throw new UserError(`${name}: expected a whole number${unit} from ${min} to ${max}, got ${value}`);
  };
}

/** A parser for commander: a seed. */
export const seedOption = wholeNumberOption('seed', REQUEST_LIMITS.seed);

/** A parser for commander: one of the given words. */
export function choiceOption<T extends string>(name: string, choices: readonly T[]): (text: string) => T {
  return (text) => {
    const choice = choices.find((candidate) => candidate === text);
    if (choice !== undefined) return choice;
    throw new UserError(
      `${name}: expected one of ${choices.join(', ')}, got ${JSON.stringify(shortened(text, 40))}`,
    );
  };
}
