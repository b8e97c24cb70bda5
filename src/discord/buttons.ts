import {
  ActionRowBuilder,
  type APIActionRowComponent,
  type APIComponentInMessageActionRow,
  ButtonBuilder,
  ButtonStyle,
} from 'discord.js';
import { type ComponentAction, componentId } from './component-id.ts';

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
  return rowOf(
    button('again', jobId, 'Again (new seed)', ButtonStyle.Primary),
    button('retext', jobId, 'Same seed, other words', ButtonStyle.Secondary),
    button('delete', jobId, 'Delete', ButtonStyle.Danger),
  );
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
