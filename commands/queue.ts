import {
  ApplicationCommandOptionType,
  ApplicationCommandType,
  ApplicationIntegrationType,
  type AutocompleteInteraction,
  type ChatInputCommandInteraction,
  InteractionContextType,
  MessageFlags,
  PermissionFlagsBits,
} from 'discord.js';
import type { BotParts, Choice, Command, CommandDefinition } from '../src/discord/command.ts';
import { isModerator, requireModerator } from '../src/discord/permissions.ts';
import { answerPrivately } from '../src/discord/private-answer.ts';
import { plainText, quotedText } from '../src/discord/safe-text.ts';
import { UserError } from '../src/errors.ts';
import { block, unblock } from './queue/blocks.ts';
import { clear, move, remove } from './queue/jobs.ts';
import { LIMIT_OPTIONS, limits } from './queue/limits.ts';
import { pause, resume } from './queue/pause.ts';
import { show, showByButton } from './queue/show.ts';

const MAX_CHOICES = 25;
const MAX_BLOCK_HOURS = 24 * 365;

const { Subcommand } = ApplicationCommandOptionType;

const jobOption = {
  type: ApplicationCommandOptionType.String,
  name: 'job',
  description: 'Which riff',
  required: true,
  autocomplete: true,
} as const;

const reasonOption = {
  type: ApplicationCommandOptionType.String,
  name: 'reason',
  description: 'Why; it stands in the record and is shown to the person',
  max_length: 300,
} as const;

const userOption = {
  type: ApplicationCommandOptionType.User,
  name: 'user',
  description: 'Who',
  required: true,
} as const;

const definition = {
  type: ApplicationCommandType.ChatInput,
  name: 'queue',
  description: 'See and steer what waits in this server',
  integration_types: [ApplicationIntegrationType.GuildInstall],
  contexts: [InteractionContextType.Guild],
  default_member_permissions: String(PermissionFlagsBits.ManageMessages),
  options: [
    { type: Subcommand, name: 'show', description: 'Show what runs and waits' },
    {
      type: Subcommand,
      name: 'pause',
      description: 'Start no riffs of this server',
      options: [reasonOption],
    },
    { type: Subcommand, name: 'resume', description: 'Start riffs of this server again' },
    { type: Subcommand, name: 'remove', description: 'Cancel one riff', options: [jobOption, reasonOption] },
    {
      type: Subcommand,
      name: 'clear',
      description: 'Cancel everything of this server that waits',
      options: [reasonOption],
    },
    {
      type: Subcommand,
      name: 'move',
      description: 'Move a waiting riff among those of this server',
      options: [
        jobOption,
        {
          type: ApplicationCommandOptionType.Integer,
          name: 'place',
          description: '1: next',
          required: true,
          min_value: 1,
          max_value: 1000,
        },
      ],
    },
    {
      type: Subcommand,
      name: 'block',
      description: 'Take no more requests from somebody in this server, and cancel what waits',
      options: [
        userOption,
        {
          type: ApplicationCommandOptionType.Integer,
          name: 'hours',
          description: 'For how long; left out: until unblocked',
          min_value: 1,
          max_value: MAX_BLOCK_HOURS,
        },
        reasonOption,
      ],
    },
    {
      type: Subcommand,
      name: 'unblock',
      description: 'Take requests from somebody again',
      options: [userOption],
    },
    {
      type: Subcommand,
      name: 'limits',
      description: 'Show or change how much may wait here',
      options: LIMIT_OPTIONS,
    },
  ],
} satisfies CommandDefinition;

export const queue: Command = { definition, run, autocomplete, components: { queue: showByButton } };

/** A verb for moderators: what it did, as the sentence that they read. */
export type ModeratorVerb = (
  interaction: ChatInputCommandInteraction,
  guildId: string,
  bot: BotParts,
) => Promise<string>;

const MODERATOR_VERBS: Readonly<Record<string, ModeratorVerb>> = {
  pause,
  resume,
  remove,
  clear,
  move,
  block,
  unblock,
  limits,
};

/** `show` answers whoever reaches it, each with the view they may have; every other verb checks first. */
async function run(interaction: ChatInputCommandInteraction, bot: BotParts): Promise<void> {
  await interaction.deferReply({ flags: MessageFlags.Ephemeral });
  const verb = interaction.options.getSubcommand();
  if (verb === 'show') return answerPrivately(interaction, await show(interaction, bot));
  const guildId = requireModerator(interaction, bot);
  const act = MODERATOR_VERBS[verb];
  if (!act) throw new UserError(`I know no /queue ${quotedText(verb, 60)}.`);
  await answerPrivately(interaction, await act(interaction, guildId, bot));
}

async function autocomplete(interaction: AutocompleteInteraction, bot: BotParts): Promise<readonly Choice[]> {
  const { guildId } = interaction;
  if (guildId === null || !isModerator(interaction, bot)) return [];
  const { running, waiting } = await bot.queue.list({ kind: 'guild', guildId });
  const typed = interaction.options.getFocused().toLowerCase();
  return [...running, ...waiting]
    .map(({ id, request, state }) => ({
      name: plainText(`${state.kind}: ${request.prompt}`, 100),
      value: id,
    }))
    .filter(({ name }) => name.toLowerCase().includes(typed))
    .slice(0, MAX_CHOICES);
}
