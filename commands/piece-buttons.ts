import type { APIModalInteractionResponseCallbackData } from 'discord.js';
import { componentId } from '../src/discord/buttons.ts';
import type { BotParts, Command } from '../src/discord/command.ts';
import { choiceField, chosenIn, negativeField, promptField, wordsOf } from '../src/discord/form-fields.ts';
import { requireJob } from '../src/discord/permissions.ts';
import type { ComponentInteraction } from '../src/discord/reply.ts';
import { submitRiff } from '../src/discord/submit-riff.ts';
import { UserError } from '../src/errors.ts';
import { inLocale } from '../src/messages/languages.ts';
import { riffTexts } from '../src/messages/riff.ts';
import { filesOf, type Job } from '../src/queue/job.ts';
import { requestOfRecipe } from '../src/render/recipe-file.ts';
import { extended, looped, type Parent, type RequestOf, reworded, varied } from '../src/riff/follow-up.ts';

/** Under a riff, what goes on from it. Any user may press them; the new riff is theirs. */
export const pieceButtons = {
  near: (interaction, jobId, bot) => vary(interaction, jobId, 'near', bot),
  far: (interaction, jobId, bot) => vary(interaction, jobId, 'far', bot),
  extend,
  loop,
} satisfies Command['components'];

async function vary(
  interaction: ComponentInteraction,
  jobId: string,
  amount: 'near' | 'far',
  bot: BotParts,
): Promise<void> {
  const parent = parentOf(await requireJob(interaction, jobId, bot), interaction.locale);
  await submitRiff(interaction, ({ freshSeed }) => varied(parent, amount, freshSeed), jobId, bot);
}

async function loop(interaction: ComponentInteraction, jobId: string, bot: BotParts): Promise<void> {
  const parent = parentOf(await requireJob(interaction, jobId, bot), interaction.locale);
  if (parent.riff.loop) throw new UserError(inLocale(riffTexts, interaction.locale).isLoop);
  await submitRiff(interaction, () => looped(parent), jobId, bot);
}

const SECONDS = ['5', '10', '20'] as const;
const ENDS = ['end', 'start'] as const;

/** As a button it opens the form; as a form it extends the riff. */
async function extend(interaction: ComponentInteraction, jobId: string, bot: BotParts): Promise<void> {
  const job = await requireJob(interaction, jobId, bot);
  if (interaction.isButton()) {
    await interaction.showModal(extendForm(job, interaction.locale));
    return;
  }
  const seconds = Number(chosenIn(interaction, 'seconds', SECONDS));
  const at = chosenIn(interaction, 'at', ENDS);
  const words = wordsOf(interaction);
  const parent = parentOf(job, interaction.locale);
  const request: RequestOf = (context) => {
    const { grid, freshSeed: seed } = context;
    return extended(parent, { seconds, at, seed, ...reworded(parent.riff, words, context) }, grid);
  };
  await submitRiff(interaction, request, jobId, bot);
}

/** Throws UserError unless the riff was rendered. Its recipe holds the latents of a sound that it was made from. */
export function parentOf(job: Job, locale: string): Parent {
  const files = filesOf(job);
  if (files) return { riff: requestOfRecipe(files.recipe), jobId: job.id };
  throw new UserError(inLocale(riffTexts, locale).nothingToGoOnFrom);
}

function extendForm({ id, request }: Job, locale: string): APIModalInteractionResponseCallbackData {
  const text = inLocale(riffTexts, locale);
  return {
    custom_id: componentId('extend', id),
    title: text.extendForm,
    components: [
      choiceField(
        'seconds',
        text.secondsLabel,
        SECONDS.map((count) => [count, text.seconds(count)]),
      ),
      choiceField('at', text.atLabel, [
        ['end', text.atEnd],
        ['start', text.atStart],
      ]),
      promptField(text.newPromptLabel, request.prompt),
      negativeField(text.negativeLabel, request.negativePrompt),
    ],
  };
}
