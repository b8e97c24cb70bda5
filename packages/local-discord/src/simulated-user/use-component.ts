import { ComponentType, InteractionType } from 'discord-api-types/v10';
import type { JsonObject } from '../json.ts';
import type { MenuBody } from '../request-schemas/menu-schema.ts';
import type { Interaction } from '../state/interaction.ts';
import type { Message } from '../state/message.ts';
import type { ActingUser } from './acting-user.ts';
import { ActionRefused } from './action-refused.ts';
import { menuProblem, namedByMenu } from './menu-values.ts';

/** Presses a button; by default on the latest message that has it. */
export function pressButton(actor: ActingUser, customId: string, messageId?: string): Interaction {
  const message = requireSource(actor, customId, messageId);
  requireUsable(actor, message, customId, (type) => type === ComponentType.Button);
  return send(actor, message, { custom_id: customId, component_type: ComponentType.Button }, []);
}

/** Chooses values in a menu; by default in the latest message that has it. */
export function chooseInMenu(
  actor: ActingUser,
  customId: string,
  values: readonly string[],
  messageId?: string,
): Interaction {
  const message = requireSource(actor, customId, messageId);
  requireUsable(actor, message, customId, (type) => type !== ComponentType.Button);
  const menu = findComponent(message, customId);
  if (menu && !actor.unchecked) {
    const problem = menuProblem(actor.context.state, actor.channel, menu as unknown as MenuBody, values);
    if (problem !== null) throw new ActionRefused(problem);
  }
  const type = Number(menu?.type ?? ComponentType.StringSelect);
  return send(actor, message, { custom_id: customId, component_type: type, values }, values);
}

/** The button or menu with this custom id. */
function findComponent(message: Message, customId: string): JsonObject | undefined {
  return message.components
    .flatMap((row) => row.components as readonly JsonObject[])
    .find((component) => component.custom_id === customId);
}

function requireSource(actor: ActingUser, customId: string, messageId: string | undefined): Message {
  const { messages } = actor.context;
  const message = messageId
    ? messages.get(messageId)
    : messages
        .inChannel(actor.channel.id)
        .findLast((candidate) => actor.sees(candidate) && findComponent(candidate, customId));
  if (!message) throw new ActionRefused(`there is no message with ${customId} here`);
  return message;
}

/** Throws ActionRefused for a component that is missing, of another type or disabled. */
function requireUsable(
  actor: ActingUser,
  message: Message,
  customId: string,
  fits: (type: number) => boolean,
): void {
  if (actor.unchecked) return;
  actor.requirePresence();
  if (!actor.sees(message)) throw new ActionRefused('you do not see this message');
  const component = findComponent(message, customId);
  if (!component || !fits(Number(component.type)))
    throw new ActionRefused(`the message has no such component: ${customId}`);
  if (component.disabled === true) throw new ActionRefused(`${customId} is disabled`);
}

function send(actor: ActingUser, message: Message, data: JsonObject, values: readonly string[]): Interaction {
  const installs = (message.origin?.metadata.authorizing_integration_owners ?? { 0: '' }) as object;
  const owners = actor.owners(Object.keys(installs).map(Number));
  const action = { type: InteractionType.MessageComponent, sourceMessageId: message.id, owners } as const;
  return actor.send(action, data, namedByMenu(Number(data.component_type), values));
}
