import {
  ActionRowBuilder,
  type APIActionRowComponent,
  type APIComponentInMessageActionRow,
  ButtonBuilder,
  ButtonStyle,
} from 'discord.js';
import { z } from 'zod';
import { batchTexts } from '../messages/batch.ts';
import { buttonTexts } from '../messages/buttons.ts';
import type { Language } from '../messages/languages.ts';
import type { MessageContent } from './message-api.ts';

/** Of the form of component ids. */
const VERSION = '1';

/** What buttons and forms do: those under a riff, then those of private answers. */
export const COMPONENT_ACTIONS = [
  'surprise',
  'again',
  'retext',
  'near',
  'far',
  'extend',
  'loop',
  'voice',
  'remix',
  'delete',
  'cancel',
  'queue',
  'collect',
  'pick',
  'refresh',
  'previous',
  'next',
  'favourite',
  'repost',
  'discard',
  'erase',
  'page',
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

/** The job of the riff that a message of the bot shows, by its *Again*; null: it shows none. */
export function riffShownBy(components: readonly unknown[]): string | null {
  const [, customId = ''] = /"custom_id":"([^"]*:again:[^"]*)"/.exec(JSON.stringify(components)) ?? [];
  return parseComponentId(customId)?.subject ?? null;
}

export type ButtonRows = APIActionRowComponent<APIComponentInMessageActionRow>[];

/** A message with rows of buttons. */
export interface ButtonMessage extends MessageContent {
  readonly components: ButtonRows;
}

type Style = ButtonStyle.Primary | ButtonStyle.Secondary | ButtonStyle.Danger;

export function unfinishedButtons(jobId: string, language: Language): ButtonRows {
  const text = buttonTexts[language];
  return rowOf(
    button('cancel', jobId, text.cancel, ButtonStyle.Danger),
    button('queue', jobId, text.showQueue, ButtonStyle.Secondary),
  );
}

/** For an answer that can soon no longer be edited: pressing the button starts another 15 minutes. */
export function collectButtons(jobId: string, language: Language): ButtonRows {
  const text = buttonTexts[language];
  return rowOf(
    button('collect', jobId, text.collect, ButtonStyle.Primary),
    button('cancel', jobId, text.cancel, ButtonStyle.Danger),
  );
}

export function finishedButtons(jobId: string, language: Language): ButtonRows {
  const text = buttonTexts[language];
  return [
    ...rowOf(
      button('again', jobId, text.againNewSeed, ButtonStyle.Primary),
      button('retext', jobId, text.retext, ButtonStyle.Secondary),
      button('voice', jobId, text.voice, ButtonStyle.Secondary),
      deleteButton(jobId, language),
    ),
    ...rowOf(
      button('near', jobId, text.near, ButtonStyle.Secondary),
      button('far', jobId, text.far, ButtonStyle.Secondary),
      button('extend', jobId, text.extend, ButtonStyle.Secondary),
      button('loop', jobId, text.loop, ButtonStyle.Secondary),
    ),
  ];
}

/** For a cancelled or failed riff: *Again* repeats the same request, seed included, because nobody heard it. */
export function againButton(jobId: string, language: Language): ButtonRows {
  return rowOf(button('again', jobId, buttonTexts[language].again, ButtonStyle.Primary));
}

/** Without a subject of its own. */
export function surpriseButton(language: Language): ButtonRows {
  return rowOf(button('surprise', 'me', buttonTexts[language].surprise, ButtonStyle.Primary));
}

/** Of all riffs in a message that are not finished; `jobId`: one of them. */
export function cancelAllButton(jobId: string, language: Language): ButtonBuilder {
  return button('cancel', jobId, batchTexts[language].cancelAll, ButtonStyle.Danger);
}

export function deleteButton(jobId: string, language: Language): ButtonBuilder {
  return button('delete', jobId, buttonTexts[language].delete, ButtonStyle.Danger);
}

export function refreshButton(language: Language): ButtonRows {
  return rowOf(button('refresh', 'queue', buttonTexts[language].refresh, ButtonStyle.Secondary));
}

export function confirmButton(action: ComponentAction, subject: string, label: string): ButtonRows {
  return rowOf(button(action, subject, label, ButtonStyle.Danger));
}

/** A button of a page of /riffs, or the number of a riff among several; one that leads nowhere is greyed out. */
export function pageButton(
  action: ComponentAction,
  subject: string,
  label: string,
  {
    style = ButtonStyle.Secondary,
    isDisabled = false,
  }: { readonly style?: Style; readonly isDisabled?: boolean } = {},
): ButtonBuilder {
  return button(action, subject, label, style).setDisabled(isDisabled);
}

function button(action: ComponentAction, subject: string, label: string, style: Style): ButtonBuilder {
  return new ButtonBuilder().setCustomId(componentId(action, subject)).setLabel(label).setStyle(style);
}

export function rowOf(...buttons: ButtonBuilder[]): ButtonRows {
  return [new ActionRowBuilder<ButtonBuilder>().addComponents(buttons).toJSON()];
}
