import type { Clock } from '../clock.ts';
import type { Feed } from '../feed.ts';
import type { Gateway } from '../gateway/gateway.ts';
import type { InteractionDesk } from '../interactions/interaction-desk.ts';
import type { AttachmentVault } from '../messages/attachment-vault.ts';
import type { MessageBoard } from '../messages/message-board.ts';
import type { NextId } from '../snowflake.ts';
import type { CommandRegistry } from '../world/command-registry.ts';
import type { World } from '../world/world.ts';

/** What the routes and the people work on: one local Discord, taken apart. */
export interface DiscordParts {
  readonly clock: Clock;
  readonly feed: Feed;
  readonly nextId: NextId;
  readonly world: World;
  readonly commands: CommandRegistry;
  readonly interactions: InteractionDesk;
  readonly messages: MessageBoard;
  readonly attachments: AttachmentVault;
  readonly gateway: Gateway;
  readonly gatewayUrl: string;
}
