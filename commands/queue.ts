import {
  ApplicationCommandOptionType,
  type AutocompleteInteraction,
  type ChatInputCommandInteraction,
  MessageFlags,
  PermissionFlagsBits,
} from 'discord.js';
import {
  type BotParts,
  type Choice,
  type Command,
  type CommandDefinition,
  IN_SERVERS,
} from '../src/discord/command.ts';
import { jobChoices } from '../src/discord/options.ts';
import { isModerator, requireModerator } from '../src/discord/permissions.ts';
import { answerPrivately } from '../src/discord/reply.ts';
import { quotedText } from '../src/discord/text.ts';
import { UserError } from '../src/errors.ts';
import { BLOCK_HOURS, block, blocks, unblock } from './queue/blocks.ts';
import { clear, clearConfirmed, move, POSITION_RANGE, remove } from './queue/jobs.ts';
import { log } from './queue/log.ts';
import { type ModeratorVerb, reachOption, reasonOption } from './queue/moderator-verb.ts';
import { pause, resume } from './queue/pause.ts';
import { refresh, show, showByButton } from './queue/show.ts';

const { Subcommand } = ApplicationCommandOptionType;

const jobOption = {
  type: ApplicationCommandOptionType.String,
  name: 'job',
  description: 'Which riff; choose it from the list',
  required: true,
  autocomplete: true,
} as const;

const userOption = {
  type: ApplicationCommandOptionType.User,
  name: 'user',
  description: 'Who',
  required: true,
} as const;

const definition = {
  ...IN_SERVERS,
  name: 'queue',
  description: "Show and control this server's queue",
  default_member_permissions: String(PermissionFlagsBits.ManageMessages),
  options: [
    { type: Subcommand, name: 'show', description: 'Show running and waiting riffs, and the limits' },
    {
      type: Subcommand,
      name: 'pause',
      description: 'Pause the queue of this server; what runs now finishes',
      options: [reasonOption, reachOption],
    },
    {
      type: Subcommand,
      name: 'resume',
      description: 'Let the queue of this server run again',
      options: [reachOption],
    },
    { type: Subcommand, name: 'remove', description: 'Cancel one riff', options: [jobOption, reasonOption] },
    {
      type: Subcommand,
      name: 'clear',
      description: 'Cancel all waiting riffs of this server; asks before it does',
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
          name: 'position',
          description: '1: next',
          required: true,
          min_value: POSITION_RANGE.min,
          max_value: POSITION_RANGE.max,
        },
      ],
    },
    {
      type: Subcommand,
      name: 'block',
      description: "Refuse a user's requests in this server, and cancel what they have waiting",
      options: [
        userOption,
        {
          type: ApplicationCommandOptionType.Integer,
          name: 'hours',
          description: 'For how long; left out: until unblocked',
          min_value: BLOCK_HOURS.min,
          max_value: BLOCK_HOURS.max,
        },
        reasonOption,
        reachOption,
      ],
    },
    {
      type: Subcommand,
      name: 'unblock',
      description: "Accept a user's requests again",
      options: [userOption, reachOption],
    },
    { type: Subcommand, name: 'blocks', description: 'Show who is blocked', options: [reachOption] },
    { type: Subcommand, name: 'log', description: 'Show what moderators did', options: [reachOption] },
  ],
} satisfies CommandDefinition;

export const queue: Command = {
  definition,
  run,
  autocomplete,
  components: { queue: showByButton, refresh, clear: clearConfirmed },
};

/** A map: `constructor` and the like, which every object has, are no verbs. */
const MODERATOR_VERBS: ReadonlyMap<string, ModeratorVerb> = new Map(
  Object.entries({ pause, resume, remove, clear, move, block, unblock, blocks, log }),
);

/** `show` answers every user, with the view that they may have; every other verb checks permissions first. */
async function run(interaction: ChatInputCommandInteraction, bot: BotParts): Promise<void> {
  await interaction.deferReply({ flags: MessageFlags.Ephemeral });
  const verb = interaction.options.getSubcommand();
  if (verb === 'show') return answerPrivately(interaction, await show(interaction, bot));
  const guildId = requireModerator(interaction, bot);
  const act = MODERATOR_VERBS.get(verb);
  if (!act) throw new UserError(`There is no /queue ${quotedText(verb, 60)}.`);
  await answerPrivately(interaction, await act(interaction, guildId, bot));
}

async function autocomplete(interaction: AutocompleteInteraction, bot: BotParts): Promise<readonly Choice[]> {
  const { guildId } = interaction;
  if (guildId === null || !isModerator(interaction, bot)) return [];
  const { running, waiting } = await bot.queue.list({ kind: 'guild', guildId });
  return jobChoices([...running, ...waiting], interaction.options.getFocused());
}
