import type { Clock } from './clock.ts';
import { createFeed, type Feed } from './feed.ts';
import { Gateway } from './gateway/gateway.ts';
import { InteractionDesk } from './interactions/interaction-desk.ts';
import { AttachmentVault } from './messages/attachment-vault.ts';
import { MessageBoard } from './messages/message-board.ts';
import { accountRoutes } from './rest/account-routes.ts';
import { channelRoutes } from './rest/channel-routes.ts';
import { commandRoutes } from './rest/command-routes.ts';
import { guildRoutes } from './rest/guild-routes.ts';
import { interactionRoutes } from './rest/interaction-routes.ts';
import type { DiscordParts } from './rest/parts.ts';
import { RouteTable } from './rest/route.ts';
import { createSnowflakes } from './snowflake.ts';
import { CommandRegistry } from './world/command-registry.ts';
import { World } from './world/world.ts';

export interface AssembleOptions {
  readonly clock: Clock;
  /** Where the server listens, without a slash at the end. */
  readonly baseUrl: string;
  readonly token: string;
  readonly maxFileBytes: number;
}

/** Builds one local Discord, not yet served. */
export function assembleDiscord({ clock, baseUrl, token, maxFileBytes }: AssembleOptions): DiscordParts {
  const feed: Feed = createFeed();
  const nextId = createSnowflakes(clock);
  const world = new World();
  const gatewayUrl = `${baseUrl.replace('http', 'ws')}/gateway`;
  const attachments = new AttachmentVault(nextId, baseUrl, maxFileBytes);
  return {
    clock,
    feed,
    nextId,
    world,
    attachments,
    messages: new MessageBoard(world, attachments, clock, nextId, feed),
    commands: new CommandRegistry(clock, nextId, feed),
    interactions: new InteractionDesk(clock, nextId, feed),
    gateway: new Gateway(world, feed, token, gatewayUrl),
    gatewayUrl,
  };
}

export function createRoutes(parts: DiscordParts): RouteTable {
  return new RouteTable([
    ...accountRoutes(parts),
    ...commandRoutes(parts),
    ...interactionRoutes(parts),
    ...channelRoutes(parts),
    ...guildRoutes(parts),
  ]);
}
