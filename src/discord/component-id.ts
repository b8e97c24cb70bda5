import { z } from 'zod';

const VERSION = '1';

/** What the buttons and forms of a riff's message do. */
export const COMPONENT_ACTIONS = ['again', 'retext', 'delete', 'cancel', 'queue', 'collect'] as const;
export type ComponentAction = (typeof COMPONENT_ACTIONS)[number];

export interface ComponentId {
  readonly action: ComponentAction;
  readonly jobId: string;
}

export type ParsedComponentId =
  | ({ readonly kind: 'known' } & ComponentId)
  /** Made by another version of the bot, or by nobody. */
  | { readonly kind: 'unknown' };

const partsSchema = z.tuple([
  z.literal(VERSION),
  z.enum(COMPONENT_ACTIONS),
  z.string().regex(/^[a-z0-9-]{1,64}$/),
]);

/** `version:action:jobId`, at most 100 characters. Everything else stands in the store. */
export function componentId(action: ComponentAction, jobId: string): string {
  return `${VERSION}:${action}:${jobId}`;
}

export function parseComponentId(customId: string): ParsedComponentId {
  const parts = partsSchema.safeParse(customId.split(':'));
  if (!parts.success) return { kind: 'unknown' };
  const [, action, jobId] = parts.data;
  return { kind: 'known', action, jobId };
}
