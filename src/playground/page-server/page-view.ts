import { callRefusal } from '../actor/command-call.ts';
import { modalFields } from '../forms/modal-form.ts';
import type { Answer, OpenModal } from '../interactions/interaction.ts';
import type { Json, JsonObject } from '../json.ts';
import type { Message } from '../messages/message.ts';
import { commandPayload } from '../payloads/command-payload.ts';
import { messagePayload } from '../payloads/message-payload.ts';
import type { DiscordParts } from '../rest/parts.ts';
import { BOT, GUILD_ID } from '../world/cast.ts';
import type { Command } from '../world/command-registry.ts';
import { PERMISSIONS } from '../world/permissions.ts';
import type { Channel, User } from '../world/places.ts';
import type { World } from '../world/world.ts';

/** Everything that one person's screen shows of one channel. */
export function pageView(parts: DiscordParts, viewer: User, channel: Channel): JsonObject {
  const { world, gateway, messages } = parts;
  return {
    me: viewer.id,
    channelId: channel.id,
    serverName: world.guilds.get(GUILD_ID)?.name ?? '',
    botOnline: gateway.online,
    people: peopleView(world),
    channels: channelsView(world, viewer),
    commands: commandsView(parts, viewer, channel),
    messages: messages
      .inChannel(channel.id)
      .filter((message) => isVisible(message, viewer))
      .map((message) => messageView(world, message)),
  };
}

export function isVisible(message: Message, viewer: User): boolean {
  return message.visibleTo === null || message.visibleTo === viewer.id;
}

/** A message as REST shows it, with addresses relative to the page, whichever name the browser came by. */
export function messageView(world: World, message: Message): JsonObject {
  const text = JSON.stringify(messagePayload(world, message));
  return JSON.parse(text.replace(/http:\/\/127\.0\.0\.1:\d+\/attachments\//g, '/attachments/')) as JsonObject;
}

export function answerView(answer: Answer): JsonObject {
  switch (answer.kind) {
    case 'modal':
      return { kind: 'modal', modal: modalView(answer.modal) };
    case 'choices':
      return { kind: 'choices', choices: answer.choices };
    default:
      return { kind: answer.kind };
  }
}

export function commandsView(
  { world, commands }: DiscordParts,
  viewer: User,
  channel: Channel,
): JsonObject[] {
  const guildId = channel.kind === 'guild_text' ? channel.guildId : null;
  const own = guildId === null ? [] : commands.list(guildId);
  const global = commands
    .list(null)
    .filter((command) => !own.some(({ form }) => form.name === command.form.name));
  return [...own, ...global]
    .filter((command: Command) => callRefusal(world, command, channel, viewer.id) === null)
    .map((command) => commandPayload(command, false));
}

function modalView(modal: OpenModal): JsonObject {
  return {
    customId: modal.customId,
    title: modal.title,
    messageId: modal.messageId,
    fields: modalFields(modal.components).map(({ label, description, input }) => ({
      id: input.custom_id,
      label: label || input.custom_id,
      description,
      long: input.style === 2,
      required: input.required ?? true,
      value: input.value ?? '',
      placeholder: input.placeholder ?? '',
      minLength: input.min_length ?? 0,
      maxLength: input.max_length ?? 4000,
    })),
  };
}

function peopleView(world: World): Json[] {
  const guild = world.guilds.get(GUILD_ID);
  return [...world.users.values()].map((user) => {
    const roleIds = guild?.members.get(user.id)?.roleIds ?? [];
    const role = guild?.roles.findLast(({ id }) => roleIds.includes(id));
    return {
      id: user.id,
      username: user.username,
      name: user.displayName,
      bot: user.id === BOT.id,
      role: user.id === BOT.id ? 'App' : (role?.name ?? 'Member'),
      color: role?.color ? `#${role.color.toString(16).padStart(6, '0')}` : null,
    };
  });
}

function channelsView(world: World, viewer: User): Json[] {
  return [...world.channels.values()]
    .filter((channel) => world.isInChannel(viewer.id, channel))
    .filter((channel) => channel.kind !== 'guild_text' || canView(world, viewer, channel))
    .map(channelView);
}

function channelView(channel: Channel): JsonObject {
  const { id, kind } = channel;
  switch (kind) {
    case 'guild_text':
      return { id, kind, name: channel.name, topic: channel.topic };
    case 'dm':
      return { id, kind, name: BOT.displayName, topic: 'Direct messages with the bot' };
    case 'group':
      return { id, kind, name: channel.name, topic: 'A private group; the bot is no member' };
  }
}

function canView(world: World, viewer: User, channel: Channel): boolean {
  const atHome = channel.kind === 'guild_text' && channel.guildId === GUILD_ID;
  return atHome && (world.permissionsOf(viewer.id, channel) & PERMISSIONS.viewChannel) !== 0n;
}
