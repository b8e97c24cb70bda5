import {
  ApplicationCommandOptionType,
  type AutocompleteInteraction,
  type ChatInputCommandInteraction,
  MessageFlags,
  PermissionFlagsBits,
} from 'discord.js';
import { jobChoices } from '../src/discord/choices.ts';
import {
  type BotParts,
  type Choice,
  type Command,
  type CommandDefinition,
  IN_SERVERS,
} from '../src/discord/command.ts';
import { localized } from '../src/discord/localized.ts';
import { wholeNumberOption } from '../src/discord/options.ts';
import { isModerator, requireModerator } from '../src/discord/permissions.ts';
import { answerPrivately, type PrivateAnswer } from '../src/discord/reply.ts';
import { chosenAct, type Subcommands, subcommand } from '../src/discord/subcommands.ts';
import { queueTexts } from '../src/messages/queue.ts';
import { BLOCK_HOURS, block, blocks, unblock } from './queue/blocks.ts';
import { clear, clearConfirmed, move, POSITION_RANGE, pause, remove, resume } from './queue/control.ts';
import { type ModeratorVerb, reachOption, reasonOption } from './queue/moderator-verb.ts';
import { log, refresh, show, showByButton } from './queue/show.ts';

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

const positionOption = {
  ...wholeNumberOption(localized(queueTexts, 'position'), POSITION_RANGE),
  required: true,
} as const;

const hoursOption = wholeNumberOption(localized(queueTexts, 'hours'), BLOCK_HOURS);

const MODERATOR_VERBS: Subcommands<ModeratorVerb> = [
  subcommand(localized(queueTexts, 'pause'), pause, reasonOption, reachOption),
  subcommand(localized(queueTexts, 'resume'), resume, reachOption),
  subcommand(localized(queueTexts, 'remove'), remove, jobOption, reasonOption),
  subcommand(localized(queueTexts, 'clear'), clear, reasonOption),
  subcommand(localized(queueTexts, 'move'), move, jobOption, positionOption),
  subcommand(localized(queueTexts, 'block'), block, userOption, hoursOption, reasonOption, reachOption),
  subcommand(localized(queueTexts, 'unblock'), unblock, userOption, reachOption),
  subcommand(localized(queueTexts, 'blocks'), blocks, reachOption),
  subcommand(localized(queueTexts, 'log'), log, reachOption),
];

const showVerb = subcommand(localized(queueTexts, 'show'), show);

const definition = {
  ...IN_SERVERS,
  ...localized(queueTexts, 'command'),
  default_member_permissions: String(PermissionFlagsBits.ManageMessages),
  options: [showVerb, ...MODERATOR_VERBS].map((verb) => verb.definition),
} satisfies CommandDefinition;

export const queue: Command = {
  definition,
  run,
  autocomplete,
  components: { queue: showByButton, refresh, clear: clearConfirmed },
};

/** `show` answers every user, with the view that they may have; every other verb checks permissions first. */
async function run(interaction: ChatInputCommandInteraction, bot: BotParts): Promise<void> {
  await interaction.deferReply({ flags: MessageFlags.Ephemeral });
  await answerPrivately(interaction, await answerTo(interaction, bot));
}

async function answerTo(
  interaction: ChatInputCommandInteraction,
  bot: BotParts,
): Promise<string | PrivateAnswer> {
  if (interaction.options.getSubcommand() === showVerb.definition.name) return show(interaction, bot);
  const guildId = requireModerator(interaction, bot);
  return chosenAct(interaction, MODERATOR_VERBS)(interaction, guildId, bot);
}

async function autocomplete(interaction: AutocompleteInteraction, bot: BotParts): Promise<readonly Choice[]> {
  const { guildId } = interaction;
  if (guildId === null || !isModerator(interaction, bot)) return [];
  const { running, waiting } = await bot.queue.list({ kind: 'guild', guildId });
  return jobChoices([...running, ...waiting], interaction);
}
