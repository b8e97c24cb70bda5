import { z } from 'zod';

const VERSION = '1';

/** What buttons and forms do: those under a riff, then those of private answers. */
export const COMPONENT_ACTIONS = [
  'again',
  'retext',
  'delete',
  'cancel',
  'queue',
  'collect',
  'refresh',
  'forget',
  'clear',
  'reset',
] as const;
export type ComponentAction = (typeof COMPONENT_ACTIONS)[number];

export interface ComponentId {
  readonly action: ComponentAction;
  /** The job's id; in a private answer its creation time. */
  readonly subject: string;
}

export type ParsedComponentId =
  | ({ readonly kind: 'known' } & ComponentId)
  /** From another version of the bot, or forged. */
  | { readonly kind: 'unknown' };

const partsSchema = z.tuple([
  z.literal(VERSION),
  z.enum(COMPONENT_ACTIONS),
  z.string().regex(/^[a-z0-9-]{1,64}$/),
]);

/** `version:action:subject`, at most 100 characters. Everything else is in the store. */
export function componentId(action: ComponentAction, subject: string): string {
  return `${VERSION}:${action}:${subject}`;
}

export function parseComponentId(customId: string): ParsedComponentId {
  const parts = partsSchema.safeParse(customId.split(':'));
  if (!parts.success) return { kind: 'unknown' };
  const [, action, subject] = parts.data;
  return { kind: 'known', action, subject };
}
