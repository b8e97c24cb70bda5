import { type APIActionRowComponent, type APIButtonComponent, ButtonStyle, ComponentType } from 'discord.js';
import { type ComponentAction, componentId } from './component-id.ts';

type ButtonRow = APIActionRowComponent<APIButtonComponent>;

export function unfinishedButtons(jobId: string): ButtonRow[] {
  return [row(button('cancel', jobId, 'Cancel', ButtonStyle.Danger), button('queue', jobId, 'Show queue'))];
}

/** For an answer that Discord will not let us edit much longer: pressing brings a fresh 15 minutes. */
export function collectButtons(jobId: string): ButtonRow[] {
  return [
    row(
      button('collect', jobId, 'Collect', ButtonStyle.Primary),
      button('cancel', jobId, 'Cancel', ButtonStyle.Danger),
    ),
  ];
}

export function finishedButtons(jobId: string): ButtonRow[] {
  return [
    row(
      button('again', jobId, 'Again (new seed)', ButtonStyle.Primary),
      button('retext', jobId, 'Same seed, other words'),
      button('delete', jobId, 'Delete', ButtonStyle.Danger),
    ),
  ];
}

function button(
  action: ComponentAction,
  jobId: string,
  label: string,
  style: ButtonStyle.Primary | ButtonStyle.Secondary | ButtonStyle.Danger = ButtonStyle.Secondary,
): APIButtonComponent {
  return { type: ComponentType.Button, style, label, custom_id: componentId(action, jobId) };
}

function row(...components: APIButtonComponent[]): ButtonRow {
  return { type: ComponentType.ActionRow, components };
}
