import { RESTJSONErrorCodes } from 'discord-api-types/v10';
import type { z } from 'zod';
import { DiscordError, type FieldError, formErrors } from '../discord-error.ts';
import type { JsonObject } from '../json.ts';

/** Checks a body. Throws DiscordError 50035 with every invalid field, nested as Discord does. */
export function parseBody<T>(schema: z.ZodType<T>, body: unknown): T {
  const result = schema.safeParse(body);
  if (result.success) return result.data;
  throw new DiscordError(
    RESTJSONErrorCodes.InvalidFormBodyOrContentType,
    formErrors(result.error.issues.map(fieldError)),
  );
}

function fieldError(issue: z.core.$ZodIssue): FieldError {
  return { path: issue.path.map(String), ...describeIssue(issue) };
}

function describeIssue(issue: z.core.$ZodIssue): { code: string; message: string } {
  switch (issue.code) {
    case 'too_big':
      return tooBig(issue);
    case 'too_small':
      return tooSmall(issue);
    case 'invalid_type':
      return issue.input === undefined
        ? { code: 'BASE_TYPE_REQUIRED', message: 'This field is required' }
        : {
            code: `${String(issue.expected).toUpperCase()}_TYPE_COERCE`,
            message: `Expected ${issue.expected}.`,
          };
    case 'custom':
      return { code: String(issue.params?.code ?? 'BASE_TYPE_BAD'), message: issue.message };
    default:
      return { code: 'BASE_TYPE_BAD', message: issue.message };
  }
}

function tooBig(issue: z.core.$ZodIssueTooBig): { code: string; message: string } {
  if (issue.origin === 'string' || issue.origin === 'array') {
    const unit = issue.origin === 'string' ? ' in length' : '';
    return { code: 'BASE_TYPE_MAX_LENGTH', message: `Must be ${issue.maximum} or fewer${unit}.` };
  }
  return { code: 'NUMBER_TYPE_MAX', message: `Value must be at most ${issue.maximum}.` };
}

function tooSmall(issue: z.core.$ZodIssueTooSmall): { code: string; message: string } {
  if (issue.origin === 'string' || issue.origin === 'array') {
    const unit = issue.origin === 'string' ? ' in length' : '';
    return { code: 'BASE_TYPE_MIN_LENGTH', message: `Must be ${issue.minimum} or more${unit}.` };
  }
  return { code: 'NUMBER_TYPE_MIN', message: `Value must be at least ${issue.minimum}.` };
}

/** A problem that a refinement reports, with Discord's code. */
export function problem(path: PropertyKey[], code: string, message: string): z.core.$ZodSuperRefineIssue {
  return { code: 'custom', path, message, params: { code }, input: undefined };
}

/** A checked body without the fields that are null, as Discord stores it. */
export function givenFields(body: object): JsonObject {
  return Object.fromEntries(
    Object.entries(body).filter(([, value]) => value !== null && value !== undefined),
  );
}
