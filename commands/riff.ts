import {
  type APILabelComponent,
  type APIModalInteractionResponseCallbackData,
  type APITextInputComponent,
  ApplicationCommandOptionType,
  ApplicationCommandType,
  ApplicationIntegrationType,
  type ChatInputCommandInteraction,
  ComponentType,
  InteractionContextType,
  TextInputStyle,
  userMention,
} from 'discord.js';
import { collectRiff } from '../src/discord/collect-riff.ts';
import type { BotParts, Command, CommandDefinition, ComponentInteraction } from '../src/discord/command.ts';
import { componentId } from '../src/discord/component-id.ts';
import { choiceOption } from '../src/discord/options.ts';
import { isModerator, requireJob } from '../src/discord/permissions.ts';
import { recordAct } from '../src/discord/record-act.ts';
import { submitRiff } from '../src/discord/submit-riff.ts';
import { UserError } from '../src/errors.ts';
import type { Job } from '../src/queue/job.ts';
import { defaultsOf, PROFILES } from '../src/render/profiles.ts';
import {
  PROFILE_NAMES,
  proposedGuidance,
  REQUEST_LIMITS,
  type RiffRequest,
  SCHEDULER_NAMES,
} from '../src/riff/request.ts';

const { promptLength, negativePromptLength, seed, steps, guidanceScale } = REQUEST_LIMITS;

const definition = {
  type: ApplicationCommandType.ChatInput,
  name: 'riff',
  description: 'Turn a description into a few seconds of music',
  integration_types: [ApplicationIntegrationType.GuildInstall, ApplicationIntegrationType.UserInstall],
  contexts: [
    InteractionContextType.Guild,
    InteractionContextType.BotDM,
    InteractionContextType.PrivateChannel,
  ],
  options: [
    {
      type: ApplicationCommandOptionType.String,
      name: 'prompt',
      description: 'What the music should sound like, such as: jazz piano, slow, in a bar',
      required: true,
      min_length: promptLength.min,
      max_length: promptLength.max,
    },
    {
      type: ApplicationCommandOptionType.String,
      name: 'negative',
      description: 'What it should not sound like, such as: vocals, drums',
      max_length: negativePromptLength.max,
    },
    {
      type: ApplicationCommandOptionType.Integer,
      name: 'seed',
      description: 'The same seed, prompt and options make the same riff; left out: a new seed',
      min_value: seed.min,
      max_value: seed.max,
    },
    {
      type: ApplicationCommandOptionType.Integer,
      name: 'steps',
      description: 'More steps take longer and may sound better',
      min_value: steps.min,
      max_value: steps.max,
    },
    {
      type: ApplicationCommandOptionType.Number,
      name: 'guidance',
      description: 'How closely the prompt is followed; 1 ignores the negative prompt',
      min_value: guidanceScale.min,
      max_value: guidanceScale.max,
    },
    {
      type: ApplicationCommandOptionType.String,
      name: 'scheduler',
      description: 'How the noise is taken away, step by step; leave it out unless you know it',
      choices: SCHEDULER_NAMES.map((name) => ({ name, value: name })),
    },
    {
      type: ApplicationCommandOptionType.String,
      name: 'profile',
      description: "Quality or speed; left out: the server's own choice",
      choices: PROFILE_NAMES.map((name) => ({ name: `${name}: ${PROFILES[name].summary}`, value: name })),
    },
  ],
} satisfies CommandDefinition;

export const riff: Command = {
  definition,
  run: (interaction, bot) => submitRiff(interaction, requestOf(interaction), null, bot),
  components: { again, retext, delete: deleteRiff, collect },
};

function requestOf(interaction: ChatInputCommandInteraction): Partial<RiffRequest> {
  const { options } = interaction;
  return given({
    prompt: options.getString('prompt', true),
    negativePrompt: options.getString('negative'),
    seed: options.getInteger('seed'),
    steps: options.getInteger('steps'),
    guidanceScale: options.getNumber('guidance'),
    scheduler: choiceOption(interaction, 'scheduler', SCHEDULER_NAMES),
    // The profile proposes the other defaults, so it is checked before parseRiffRequest checks the rest.
    profile: choiceOption(interaction, 'profile', PROFILE_NAMES),
  });
}

/**
 * Anybody may ask again; the new riff is theirs and counts against their limits. A riff that nobody has heard, because
 * it was cancelled or failed, keeps its seed.
 */
async function again(interaction: ComponentInteraction, jobId: string, bot: BotParts): Promise<void> {
  const { request, state } = await requireJob(interaction, jobId, bot);
  const isUnheard = state.kind === 'cancelled' || state.kind === 'failed';
  const seed = isUnheard ? request.seed : bot.newSeed();
  await submitRiff(interaction, { ...request, seed }, jobId, bot);
}

/** Pressed: the form. Sent: the same seed with other words, and the guidance that fits them where nobody chose one. */
async function retext(interaction: ComponentInteraction, jobId: string, bot: BotParts): Promise<void> {
  const job = await requireJob(interaction, jobId, bot);
  if (interaction.isButton()) {
    await interaction.showModal(retextForm(job));
    return;
  }
  const prompt = interaction.fields.getTextInputValue('prompt');
  const negativePrompt = interaction.fields.getTextInputValue('negative');
  const { guidanceScale, ...others } = job.request;
  const defaults = defaultsOf(others.profile, bot.engineDescription.defaults);
  const isOwn = guidanceScale !== proposedGuidance(defaults, others.negativePrompt);
  const kept = isOwn ? { guidanceScale } : {};
  await submitRiff(interaction, { ...others, ...kept, prompt, negativePrompt }, jobId, bot);
}

/** The requester is whom Discord names on the message itself, or the store for a message sent without a command. */
async function deleteRiff(interaction: ComponentInteraction, jobId: string, bot: BotParts): Promise<void> {
  const { message, user } = interaction;
  const job = await bot.queue.get(jobId);
  const isRiffOfJob = job?.state.kind === 'done' && job.state.messageId === message?.id;
  const requesterId = message?.interactionMetadata?.user.id ?? (isRiffOfJob ? job.userId : null);
  if (requesterId !== user.id && !isModerator(interaction, bot)) throw new UserError(DELETE_REFUSAL);
  await interaction.deferUpdate();
  await interaction.deleteReply();
  if (requesterId === null || requesterId === user.id) return;
  const act = { guildId: interaction.guildId, actorId: user.id, targetUserId: requesterId, jobId } as const;
  await recordAct(bot, { ...act, action: 'riff delete' });
  await interaction.followUp({
    content: deletedText(requesterId),
    allowedMentions: { parse: [], users: [requesterId] },
  });
}

const DELETE_REFUSAL = 'Only the person who asked for this riff, or a moderator, may delete it.';

/** Without the prompt: it may be why the riff was deleted. */
export function deletedText(requesterId: string): string {
  return `${userMention(requesterId)} A moderator deleted your riff.`;
}

async function collect(interaction: ComponentInteraction, jobId: string, bot: BotParts): Promise<void> {
  const job = await requireJob(interaction, jobId, bot);
  await interaction.deferUpdate();
  await collectRiff(interaction, job, bot);
}

function retextForm({ id, request }: Job): APIModalInteractionResponseCallbackData {
  return {
    custom_id: componentId('retext', id),
    title: 'Same seed, other words',
    components: [
      textField('prompt', 'Prompt', request.prompt, promptLength),
      textField('negative', 'Negative: what it should not be', request.negativePrompt, negativePromptLength),
    ],
  };
}

function textField(
  customId: string,
  label: string,
  value: string,
  length: { readonly min: number; readonly max: number },
): APILabelComponent {
  const component: APITextInputComponent = {
    type: ComponentType.TextInput,
    custom_id: customId,
    style: TextInputStyle.Paragraph,
    required: length.min > 0,
    min_length: length.min,
    max_length: length.max,
    value,
  };
  return { type: ComponentType.Label, label, component };
}

/** The options that were named; parseRiffRequest completes the others. */
function given(
  options: { readonly [Key in keyof RiffRequest]: RiffRequest[Key] | null },
): Partial<RiffRequest> {
  return Object.fromEntries(Object.entries(options).filter(([, value]) => value !== null));
}
