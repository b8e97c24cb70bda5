import { ApplicationCommandType, InteractionType, MessageFlags } from 'discord-api-types/v10';
import type { JsonObject } from '../json.ts';
import { type CommandStore, commandInstalls, commandType } from '../state/command-store.ts';
import type { Interaction, MenuTarget } from '../state/interaction.ts';
import type { Message } from '../state/message.ts';
import { type ActingUser, BOTH_INSTALLS } from './acting-user.ts';
import { ActionRefused } from './action-refused.ts';
import { callRefusal, formsAt, namedByOptions, nestedOptions, optionsAt, shownName } from './command-call.ts';
import { checkedOptions, type OptionValues, uncheckedOptions } from './command-options.ts';
import type { Named } from './resolved.ts';

/** Used for a command that was never deployed. */
const FORGED_COMMAND_ID = '1';

/** What a context menu is opened on: a message by its id, a user by name or id. */
export type MenuPlace = { readonly message: string } | { readonly user: string };

interface CommandCall {
  readonly id: string;
  readonly name: string;
  readonly type: ApplicationCommandType;
  /** The names of subcommands. */
  readonly path: readonly string[];
  /** The options of the command or subcommand. */
  readonly forms: ReturnType<typeof optionsAt>;
  readonly owners: Readonly<Record<string, string>>;
}

/** Uses a slash command; `name` includes subcommands. Throws ActionRefused if Discord would not send it. */
export function useCommand(actor: ActingUser, name: string, values: OptionValues): Interaction {
  const call = resolveTyped(actor, name);
  const options = actor.unchecked
    ? uncheckedOptions(call.forms, values)
    : checkedOptions(call.forms, values, actor.findUpload);
  return sendTyped(actor, InteractionType.ApplicationCommand, call, options);
}

/** Asks for autocompletion while the option `focused` is typed; limits are not checked yet. */
export function askProposals(
  actor: ActingUser,
  name: string,
  values: OptionValues,
  focused: string,
): Interaction {
  const call = resolveTyped(actor, name);
  const typed = uncheckedOptions(call.forms, values).map((option) =>
    option.name === focused ? { ...option, focused: true } : option,
  );
  const focusedType = Number(typed.find((option) => option.name === focused)?.type ?? 0);
  return sendTyped(actor, InteractionType.ApplicationCommandAutocomplete, call, typed, focusedType);
}

/** Chooses a command in the menu of a message or a user. Throws ActionRefused if it is not offered there. */
export function useMenu(actor: ActingUser, name: string, on: MenuPlace): Interaction {
  if ('message' in on) {
    const message = menuMessage(actor, on.message);
    const call = resolveCall(actor, ApplicationCommandType.Message, name, []);
    return sendMenu(actor, call, { kind: 'message', id: message.id }, { messages: [message] });
  }
  const { id } = actor.context.state.requireUser(on.user);
  const call = resolveCall(actor, ApplicationCommandType.User, name, []);
  return sendMenu(actor, call, { kind: 'user', id }, { userIds: [id] });
}

function resolveTyped(actor: ActingUser, name: string): CommandCall {
  const [root = '', ...path] = name.replace(/^\//, '').trim().split(/\s+/);
  return resolveCall(actor, ApplicationCommandType.ChatInput, root, path);
}

function resolveCall(
  actor: ActingUser,
  type: ApplicationCommandType,
  name: string,
  path: readonly string[],
): CommandCall {
  const { commands, state } = actor.context;
  const command = commands.find(name, actor.guildId, type);
  if (actor.unchecked) {
    const forms = command ? formsAt(command, path) : [];
    const id = command?.id ?? FORGED_COMMAND_ID;
    return { id, name, path, type, forms, owners: actor.owners(BOTH_INSTALLS) };
  }
  if (!command)
    throw new ActionRefused(`${name} is not deployed; ${deployed(commands, actor.guildId, type)}`);
  actor.requirePresence();
  const refusal = callRefusal(state, command, actor.channel, actor.user.id);
  if (refusal !== null) throw new ActionRefused(refusal);
  const owners = actor.owners(commandInstalls(command));
  return { id: command.id, name, path, type, forms: optionsAt(command, path), owners };
}

function sendTyped(
  actor: ActingUser,
  type: InteractionType.ApplicationCommand | InteractionType.ApplicationCommandAutocomplete,
  call: CommandCall,
  options: readonly JsonObject[],
  focusedType: number | null = null,
): Interaction {
  const { path, name, owners } = call;
  const data = { ...commandData(actor, call), options: nestedOptions(path, options) };
  const commandName = [name, ...path].join(' ');
  const action = { type, commandName, owners, focusedType };
  return actor.send(action, data, namedByOptions(options, actor.findUpload));
}

function sendMenu(actor: ActingUser, call: CommandCall, target: MenuTarget, named: Named): Interaction {
  const { name: commandName, owners } = call;
  const data = { ...commandData(actor, call), target_id: target.id };
  return actor.send({ type: InteractionType.ApplicationCommand, commandName, target, owners }, data, named);
}

function commandData({ guildId }: ActingUser, { id, name, type }: CommandCall): JsonObject {
  return { id, name, type, ...(guildId === null ? {} : { guild_id: guildId }) };
}

/** Throws ActionRefused for an ephemeral or loading message, on which Discord offers no commands. */
function menuMessage(actor: ActingUser, id: string): Message {
  const message = actor.context.messages.get(id);
  if (!message || (!actor.unchecked && !actor.sees(message)))
    throw new ActionRefused(`there is no message ${id} here`);
  const isOffered = message.visibleTo === null && !(message.flags & MessageFlags.Loading);
  if (!isOffered && !actor.unchecked) throw new ActionRefused('this message takes no commands');
  return message;
}

function deployed(commands: CommandStore, guildId: string | null, type: ApplicationCommandType): string {
  const lists = guildId === null ? [commands.list(null)] : [commands.list(guildId), commands.list(null)];
  const fitting = lists.flat().filter(({ definition }) => commandType(definition) === type);
  return fitting.length > 0
    ? `the bot deployed ${fitting.map(shownName).join(', ')}`
    : 'the bot deployed no command';
}
