import type { BotParts } from '../src/discord/command.ts';
import { type ComponentInteraction, replyTarget } from '../src/discord/reply.ts';
import { finishedRiff } from '../src/discord/riff-card.ts';
import { checkChannel, checkWords } from '../src/discord/submit-riff.ts';
import { UserError } from '../src/errors.ts';
import { noticeTexts } from '../src/messages/notices.ts';
import { riffsTexts } from '../src/messages/riffs.ts';
import type { FinishedJob } from '../src/queue/riff-history.ts';

/** Posts the riff where the button was pressed, for everybody there, by the rules of that server. */
export async function repost(
  interaction: ComponentInteraction,
  job: FinishedJob,
  bot: BotParts,
): Promise<void> {
  const { guildId, user } = interaction;
  const target = replyTarget(interaction, bot.clock.now());
  const settings = await bot.guildSettings.get(guildId);
  checkChannel(interaction, settings);
  checkWords(job.request, settings, target.locale);
  if (await bot.blocks.find(user.id, guildId, bot.clock.now()))
    throw new UserError(noticeTexts[target.locale].blocked());
  await interaction.deferReply();
  // Made for this channel: its size limit, the user's language, and the moderators who may delete it.
  const riff = await finishedRiff({ ...job, guildId, target }, job.state.files, bot.results);
  if (riff === null) throw new UserError(riffsTexts[target.locale].filesGone);
  await bot.messages.editAnswer(target, riff);
}
