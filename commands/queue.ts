import {
  type APIApplicationCommandBasicOption,
  type APIApplicationCommandSubcommandOption,
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
import { localized } from '../src/discord/localized.ts';
import { jobChoices } from '../src/discord/options.ts';
import { isModerator, requireModerator } from '../src/discord/permissions.ts';
import { answerPrivately } from '../src/discord/reply.ts';
import { quotedText } from '../src/discord/text.ts';
import { UserError } from '../src/errors.ts';
import { inLocale } from '../src/messages/languages.ts';
import { queueTexts } from '../src/messages/queue.ts';
import { BLOCK_HOURS, block, blocks, unblock } from './queue/blocks.ts';
import { clear, clearConfirmed, move, POSITION_RANGE, remove } from './queue/jobs.ts';
import { log } from './queue/log.ts';
import { type ModeratorVerb, reachOption, reasonOption } from './queue/moderator-verb.ts';
import { pause, resume } from './queue/pause.ts';
import { refresh, show, showByButton } from './queue/show.ts';

type Verb =
  | 'show'
  | 'pause'
  | 'resume'
  | 'remove'
  | 'clear'
  | 'move'
  | 'block'
  | 'unblock'
  | 'blocks'
  | 'log';

function subcommand(
  verb: Verb,
  ...options: APIApplicationCommandBasicOption[]
): APIApplicationCommandSubcommandOption {
  return { ...localized(queueTexts, verb), type: ApplicationCommandOptionType.Subcommand, options };
}

const jobOption = {
  ...localized(queueTexts, 'job'),
  type: ApplicationCommandOptionType.String,
  required: true,
  autocomplete: true,
} as const;

const userOption = {
  ...localized(queueTexts, 'user'),
  type: ApplicationCommandOptionType.User,
  required: true,
} as const;

const definition = {
  ...IN_SERVERS,
  ...localized(queueTexts, 'command'),
  default_member_permissions: String(PermissionFlagsBits.ManageMessages),
  options: [
    subcommand('show'),
    subcommand('pause', reasonOption, reachOption),
    subcommand('resume', reachOption),
    subcommand('remove', jobOption, reasonOption),
    subcommand('clear', reasonOption),
    subcommand('move', jobOption, {
      ...localized(queueTexts, 'position'),
      type: ApplicationCommandOptionType.Integer,
      required: true,
      min_value: POSITION_RANGE.min,
      max_value: POSITION_RANGE.max,
    }),
    subcommand(
      'block',
      userOption,
      {
        ...localized(queueTexts, 'hours'),
        type: ApplicationCommandOptionType.Integer,
        min_value: BLOCK_HOURS.min,
        max_value: BLOCK_HOURS.max,
      },
      reasonOption,
      reachOption,
    ),
    subcommand('unblock', userOption, reachOption),
    subcommand('blocks', reachOption),
    subcommand('log', reachOption),
  ],
} satisfies CommandDefinition;

export const queue: Command = {
  definition,
  run,
  autocomplete,
  components: { queue: showByButton, refresh, clear: clearConfirmed },
};

/** A map, so that `constructor` and the like, which every object has, are not verbs. */
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
  if (!act) throw new UserError(inLocale(queueTexts, interaction.locale).noSuchVerb(quotedText(verb, 60)));
  await answerPrivately(interaction, await act(interaction, guildId, bot));
}

async function autocomplete(interaction: AutocompleteInteraction, bot: BotParts): Promise<readonly Choice[]> {
  const { guildId } = interaction;
  if (guildId === null || !isModerator(interaction, bot)) return [];
  const { running, waiting } = await bot.queue.list({ kind: 'guild', guildId });
  return jobChoices([...running, ...waiting], interaction.options.getFocused(), interaction.locale);
}
