import { ComponentType, PermissionFlagsBits } from 'discord-api-types/v10';
import type { Context } from './context.ts';
import type { Json, JsonObject } from './json.ts';
import { LOCALES } from './request-schemas/command-schema.ts';
import type { ModalInput } from './request-schemas/modal-schema.ts';
import { callRefusal } from './simulated-user/command-call.ts';
import { type Command, isSame } from './state/command-store.ts';
import type { Channel, User } from './state/entities.ts';
import type { Answer, OpenModal } from './state/interaction.ts';
import { isVisibleTo, type Message } from './state/message.ts';
import { serializeCommand, translateCommand } from './state/serialize-command.ts';
import { serializeMessage } from './state/serialize-message.ts';
import type { State } from './state/state.ts';

/** Everything that the page shows to one user in one channel. */
export function pageView(
  context: Context,
  viewer: User,
  channel: Channel,
  examples: readonly string[],
): JsonObject {
  const { state, gateway, messages } = context;
  return {
    application: { id: state.applicationId, name: state.bot.displayName },
    examples,
    me: viewer.id,
    locale: state.requireUser(viewer.id).locale,
    locales: LOCALES,
    channelId: channel.id,
    serverName: state.homeGuild.name,
    botOnline: gateway.online,
    fileLimitBytes: state.fileLimitBytes(channel),
    users: usersView(state),
    roles: state.homeGuild.roles.map(({ id, name }) => ({ id, name })),
    channels: channelsView(context, viewer),
    commands: commandsView(context, viewer, channel),
    messages: messages
      .inChannel(channel.id)
      .filter((message) => isVisibleTo(message, viewer.id))
      .map((message) => messageView(state, message)),
  };
}

/** A message in the form of the REST API, with file URLs relative to the page's host. */
export function messageView(state: State, message: Message): JsonObject {
  return serializeMessage(state, message, '');
}

/** The bot's first answer in the form that the page needs, with texts in the user's language. */
export function answerView(answer: Answer, locale: string): JsonObject {
  switch (answer.kind) {
    case 'modal':
      return { kind: 'modal', modal: modalView(answer.modal) };
    case 'choices':
      return { kind: 'choices', choices: answer.choices.map((choice) => translateCommand(choice, locale)) };
    default:
      return { kind: answer.kind };
  }
}

function commandsView({ state, commands }: Context, viewer: User, channel: Channel): JsonObject[] {
  const guildId = channel.kind === 'guild_text' ? channel.guildId : null;
  const { locale } = state.requireUser(viewer.id);
  const own = guildId === null ? [] : commands.list(guildId);
  const global = commands
    .list(null)
    .filter((command) => !own.some((hiding) => isSame(hiding.definition, command.definition)));
  return [...own, ...global]
    .filter((command: Command) => callRefusal(state, command, channel, viewer.id) === null)
    .map((command) => translateCommand(serializeCommand(state, command, true), locale));
}

function modalView(modal: OpenModal): JsonObject {
  return {
    customId: modal.customId,
    title: modal.title,
    messageId: modal.messageId,
    fields: modal.parts.map(
      (part): JsonObject =>
        part.layout === 'note'
          ? { kind: 'note', content: part.content }
          : {
              id: part.input.custom_id,
              label: part.label || part.input.custom_id,
              description: part.description,
              required: part.input.type !== ComponentType.Checkbox && (part.input.required ?? true),
              ...fieldView(part.input),
            },
    ),
  };
}

/** The input of a form field in the form that the page needs. */
function fieldView(input: ModalInput): JsonObject {
  switch (input.type) {
    case ComponentType.TextInput:
      return textView(input);
    case ComponentType.FileUpload:
      return { kind: 'files', max: input.max_values ?? 1, accept: input.file_types ?? [] };
    case ComponentType.RadioGroup:
      return { kind: 'radios', options: input.options as unknown as JsonObject[] };
    case ComponentType.CheckboxGroup:
      return { kind: 'boxes', options: input.options as unknown as JsonObject[] };
    case ComponentType.Checkbox:
      return { kind: 'box', ticked: input.default ?? false };
    default:
      return { kind: 'menu', menu: input as unknown as JsonObject };
  }
}

function textView(input: Extract<ModalInput, { readonly type: ComponentType.TextInput }>): JsonObject {
  return {
    kind: 'text',
    long: input.style === 2,
    value: input.value ?? '',
    placeholder: input.placeholder ?? '',
    minLength: input.min_length ?? 0,
    maxLength: input.max_length ?? 4000,
  };
}

function usersView(state: State): Json[] {
  const { homeGuild, bot } = state;
  return [...state.users.values()].map((user) => {
    const roleIds = homeGuild.members.get(user.id)?.roleIds ?? [];
    const role = homeGuild.roles.findLast(({ id }) => roleIds.includes(id));
    return {
      id: user.id,
      username: user.username,
      name: user.displayName,
      bot: user.bot,
      role: user.id === bot.id ? 'App' : (role?.name ?? 'Member'),
      color: role?.color ? `#${role.color.toString(16).padStart(6, '0')}` : null,
    };
  });
}

/** The channels of the first guild and private ones, each with the latest message of another user for the unread mark. */
function channelsView(context: Context, viewer: User): Json[] {
  const { state, messages } = context;
  return [...state.channels.values()]
    .filter((channel) => canView(state, viewer, channel))
    .map((channel) => {
      const latest = messages
        .inChannel(channel.id)
        .findLast((message) => isVisibleTo(message, viewer.id) && message.authorId !== viewer.id);
      return { ...channelView(state, channel), lastMessageId: latest?.id ?? null };
    });
}

function channelView(state: State, channel: Channel): JsonObject {
  const { id, kind } = channel;
  switch (kind) {
    case 'guild_text':
      return { id, kind, name: channel.name, topic: channel.topic };
    case 'dm':
      return { id, kind, name: state.bot.displayName, topic: 'Direct messages with the bot' };
    case 'group':
      return { id, kind, name: channel.name, topic: 'A private group; the bot is no member' };
  }
}

/** Whether the page shows a channel to a user. */
export function canView(state: State, viewer: User, channel: Channel): boolean {
  if (!state.isInChannel(viewer.id, channel)) return false;
  if (channel.kind !== 'guild_text') return true;
  const isHome = channel.guildId === state.homeGuild.id;
  return isHome && (state.permissionsOf(viewer.id, channel) & PermissionFlagsBits.ViewChannel) !== 0n;
}
