import {
  ActionRowBuilder,
  type APIActionRowComponent,
  type APIComponentInMessageActionRow,
  ButtonBuilder,
  ButtonStyle,
} from 'discord.js';
import { z } from 'zod';

/** Of the form of component ids. */
const VERSION = '1';

/** What buttons and forms do: those under a riff, then those of private answers. */
export const COMPONENT_ACTIONS = [
  'again',
  'retext',
  'near',
  'far',
  'extend',
  'loop',
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

const partsSchema = z.tuple([
  z.literal(VERSION),
  z.enum(COMPONENT_ACTIONS),
  z.string().regex(/^[a-z0-9-]{1,64}$/),
]);

/** `version:action:subject`, at most 100 characters. Everything else is in the store. */
export function componentId(action: ComponentAction, subject: string): string {
  return `${VERSION}:${action}:${subject}`;
}

/** Null: from another version of the bot, or forged. */
export function parseComponentId(customId: string): ComponentId | null {
  const parts = partsSchema.safeParse(customId.split(':'));
  if (!parts.success) return null;
  const [, action, subject] = parts.data;
  return { action, subject };
}

export type ButtonRows = APIActionRowComponent<APIComponentInMessageActionRow>[];

type Style = ButtonStyle.Primary | ButtonStyle.Secondary | ButtonStyle.Danger;

export function unfinishedButtons(jobId: string): ButtonRows {
  return rowOf(
    button('cancel', jobId, 'Cancel', ButtonStyle.Danger),
    button('queue', jobId, 'Show queue', ButtonStyle.Secondary),
  );
}

/** For an answer that can soon no longer be edited: pressing the button starts another 15 minutes. */
export function collectButtons(jobId: string): ButtonRows {
  return rowOf(
    button('collect', jobId, 'Collect', ButtonStyle.Primary),
    button('cancel', jobId, 'Cancel', ButtonStyle.Danger),
  );
}

export function finishedButtons(jobId: string): ButtonRows {
  return [
    ...rowOf(
      button('again', jobId, 'Again (new seed)', ButtonStyle.Primary),
      button('retext', jobId, 'Same seed, other words', ButtonStyle.Secondary),
      button('delete', jobId, 'Delete', ButtonStyle.Danger),
    ),
    ...rowOf(
      button('near', jobId, 'Vary a little', ButtonStyle.Secondary),
      button('far', jobId, 'Vary a lot', ButtonStyle.Secondary),
      button('extend', jobId, 'Extend', ButtonStyle.Secondary),
      button('loop', jobId, 'Loop', ButtonStyle.Secondary),
    ),
  ];
}

/** For a cancelled or failed riff: *Again* repeats the same request, seed included, because nobody heard it. */
export function againButton(jobId: string): ButtonRows {
  return rowOf(button('again', jobId, 'Again', ButtonStyle.Primary));
}

export function refreshButton(): ButtonRows {
  return rowOf(button('refresh', 'queue', 'Refresh', ButtonStyle.Secondary));
}

export function confirmButton(action: ComponentAction, subject: string, label: string): ButtonRows {
  return rowOf(button(action, subject, label, ButtonStyle.Danger));
}

function button(action: ComponentAction, subject: string, label: string, style: Style): ButtonBuilder {
  return new ButtonBuilder().setCustomId(componentId(action, subject)).setLabel(label).setStyle(style);
}

function rowOf(...buttons: ButtonBuilder[]): ButtonRows {
  return [new ActionRowBuilder<ButtonBuilder>().addComponents(buttons).toJSON()];
}
