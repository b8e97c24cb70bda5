import {
  ApplicationCommandType,
  ApplicationIntegrationType,
  type AutocompleteInteraction,
  type ChatInputCommandInteraction,
  InteractionContextType,
  type MessageContextMenuCommandInteraction,
  type RESTPostAPIChatInputApplicationCommandsJSONBody,
  type RESTPostAPIContextMenuApplicationCommandsJSONBody,
} from 'discord.js';
import type { Clock } from '../clock.ts';
import type { Log } from '../log.ts';
import type { QueueLimits } from '../queue/admission.ts';
import type { GuildSettingsStore } from '../queue/guild-settings.ts';
import type {
  AuditTrail,
  BlockList,
  PresetStore,
  ResultStore,
  Retention,
  RiffHistory,
} from '../queue/ports.ts';
import type { RiffQueue } from '../queue/riff-queue.ts';
import type { EngineDescription } from '../riff/engine.ts';
import type { ComponentAction } from './buttons.ts';
import type { Cooldown } from './cooldown.ts';
import type { HeldFiles } from './held-files.ts';
import type { LiveMessages } from './live-messages.ts';
import type { MessageApi } from './message-api.ts';
import type { AttachmentReader } from './read-attachment.ts';
import type { ComponentInteraction } from './reply.ts';

export type CommandDefinition = RESTPostAPIChatInputApplicationCommandsJSONBody;
export type MenuDefinition = RESTPostAPIContextMenuApplicationCommandsJSONBody;

const { GuildInstall, UserInstall } = ApplicationIntegrationType;
const { Guild, BotDM, PrivateChannel } = InteractionContextType;

/** A slash command that works in servers, in the bot's DMs, and wherever users bring the bot along. */
export const ANYWHERE = {
  type: ApplicationCommandType.ChatInput,
  integration_types: [GuildInstall, UserInstall],
  contexts: [Guild, BotDM, PrivateChannel],
} satisfies Partial<CommandDefinition>;

/** A command in the menu of every message, wherever a slash command works. */
export const ON_MESSAGES = {
  ...ANYWHERE,
  type: ApplicationCommandType.Message,
} satisfies Partial<MenuDefinition>;

/** A slash command of the servers that installed the bot. */
export const IN_SERVERS = {
  type: ApplicationCommandType.ChatInput,
  integration_types: [GuildInstall],
  contexts: [Guild],
} satisfies Partial<CommandDefinition>;

/**
 * A slash command with its buttons and forms. Handlers throw UserError for a mistake of the user;
 * the dispatcher answers every error with a private message.
 */
export interface Command {
  readonly definition: CommandDefinition;
  run(interaction: ChatInputCommandInteraction, bot: BotParts): Promise<void>;
  autocomplete?(interaction: AutocompleteInteraction, bot: BotParts): Promise<readonly Choice[]>;
  readonly components?: Components;
}

/** A command in the menu of messages, with the buttons and forms that it opens. */
export interface MessageCommand {
  readonly definition: MenuDefinition;
  runOn(interaction: MessageContextMenuCommandInteraction, bot: BotParts): Promise<void>;
  readonly components?: Components;
}

export type AnyCommand = Command | MessageCommand;

type Components = Readonly<Partial<Record<ComponentAction, ComponentHandler>>>;

export type ComponentHandler = (
  interaction: ComponentInteraction,
  /** The id of the job, or the button's other subject. */
  subject: string,
  bot: BotParts,
) => Promise<void>;

/** A suggestion of autocompletion; name and value at most 100 characters. */
export interface Choice {
  readonly name: string;
  readonly value: string;
}

/** The parts of the bot that commands use. */
export interface BotParts {
  readonly queue: RiffQueue;
  readonly engineDescription: EngineDescription;
  readonly guildSettings: GuildSettingsStore;
  readonly blocks: BlockList;
  readonly auditTrail: AuditTrail;
  readonly presets: PresetStore;
  readonly history: RiffHistory;
  readonly results: Pick<ResultStore, 'read'>;
  readonly retention: Pick<Retention, 'holdingsOf' | 'forgetUser' | 'forgetRiff'>;
  /** The operator's, which a guild may make stricter: `guildLimits`. */
  readonly limits: QueueLimits;
  /** They may moderate in every server. */
  readonly ownerIds: ReadonlySet<string>;
  readonly clock: Clock;
  readonly log: Log;
  readonly newSeed: () => number;
  readonly messages: MessageApi;
  readonly live: LiveMessages;
  readonly attachments: AttachmentReader;
  readonly heldFiles: HeldFiles;
  /** Of a user's presses of *Voice message* under one riff. */
  readonly voiceCooldown: Cooldown;
  /** `</riff:ID>` once Discord has given the ID, `/riff` before. `path` may name a subcommand: `queue show`. */
  readonly mention: (path: string) => string;
}
