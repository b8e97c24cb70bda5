import { ApplicationCommandOptionType } from 'discord-api-types/v10';
import type { JsonObject } from '../json.ts';
import type { OptionBody } from '../request-schemas/command-schema.ts';
import type { Attachment } from '../state/message.ts';
import { ActionRefused } from './action-refused.ts';

export type OptionValue = string | number | boolean;
/** By option name. Users, channels, roles and uploaded files are given by their id. */
export type OptionValues = Readonly<Record<string, OptionValue>>;
/** A file that the user uploaded, by id. */
export type FindUpload = (id: string) => Attachment | undefined;

/** Option values as an interaction carries them. Throws ActionRefused if Discord would not send the command. */
export function checkedOptions(
  forms: readonly OptionBody[],
  values: OptionValues,
  findUpload: FindUpload,
): JsonObject[] {
  const unknown = Object.keys(values).find((name) => !forms.some((form) => form.name === name));
  if (unknown !== undefined) {
    const known = forms.map((form) => form.name).join(', ') || 'none';
    throw new ActionRefused(`${unknown}: the command has no such option; it has ${known}`);
  }
  return forms.flatMap((form) => {
    const value = values[form.name];
    if (value === undefined) {
      if (form.required) throw new ActionRefused(`${form.name}: this option is required`);
      return [];
    }
    const problem = problemOf(form, value, findUpload);
    if (problem !== null) throw new ActionRefused(`${form.name}: ${problem}`);
    return [{ name: form.name, type: form.type, value }];
  });
}

/** Unchecked values with the types of the command's options, for calls that no real client would make. */
export function uncheckedOptions(forms: readonly OptionBody[], values: OptionValues): JsonObject[] {
  return Object.entries(values).map(([name, value]) => {
    const type = forms.find((form) => form.name === name)?.type ?? guessedType(value);
    return { name, type, value };
  });
}

function guessedType(value: OptionValue): number {
  if (typeof value === 'string') return ApplicationCommandOptionType.String;
  if (typeof value === 'boolean') return ApplicationCommandOptionType.Boolean;
  return Number.isInteger(value) ? ApplicationCommandOptionType.Integer : ApplicationCommandOptionType.Number;
}

function problemOf(form: OptionBody, value: OptionValue, findUpload: FindUpload): string | null {
  const choices = form.autocomplete ? [] : (form.choices ?? []);
  if (choices.length > 0 && !choices.some((choice) => choice.value === value)) {
    return `choose one of ${choices.map((choice) => choice.name).join(', ')}`;
  }
  switch (form.type) {
    case ApplicationCommandOptionType.String:
      return textProblem(form, value);
    case ApplicationCommandOptionType.Integer:
      return Number.isSafeInteger(value) ? rangeProblem(form, Number(value)) : 'enter a whole number';
    case ApplicationCommandOptionType.Number:
      return Number.isFinite(value) ? rangeProblem(form, Number(value)) : 'enter a number';
    case ApplicationCommandOptionType.Boolean:
      return typeof value === 'boolean' ? null : 'choose True or False';
    case ApplicationCommandOptionType.Attachment:
      return fileProblem(form.file_types ?? [], findUpload(String(value)));
    default:
      return typeof value === 'string' && /^\d+$/.test(value) ? null : 'choose one from the list';
  }
}

function textProblem(form: OptionBody, value: OptionValue): string | null {
  if (typeof value !== 'string') return 'enter a text';
  // Discord omits an option whose field is empty.
  return lengthProblem(value, Math.max(1, form.min_length ?? 0), form.max_length ?? 6000);
}

/** Why a text is too short or too long, or null. */
export function lengthProblem({ length }: string, min: number, max: number): string | null {
  if (length < min) return `at least ${characters(min)}`;
  return length > max ? `at most ${characters(max)}` : null;
}

function characters(count: number): string {
  return count === 1 ? '1 character' : `${count} characters`;
}

function rangeProblem(form: OptionBody, value: number): string | null {
  const min = form.min_value ?? Number.MIN_SAFE_INTEGER;
  const max = form.max_value ?? Number.MAX_SAFE_INTEGER;
  return value < min || value > max ? `a number from ${min} to ${max}` : null;
}

/** Why a file cannot be chosen, or null. `types` as Discord writes them: `audio`, `image/png`, `.wav`; empty: any file. */
export function fileProblem(types: readonly string[], file: Attachment | undefined): string | null {
  if (!file) return 'choose a file';
  const fits = (type: string): boolean =>
    type.startsWith('.')
      ? file.filename.toLowerCase().endsWith(type.toLowerCase())
      : file.contentType.startsWith(type);
  return types.length === 0 || types.some(fits) ? null : `choose a file of ${types.join(', ')}`;
}
