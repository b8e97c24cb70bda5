import type { BotParts, Command } from '../src/discord/command.ts';
import { requireJob } from '../src/discord/permissions.ts';
import type { ComponentInteraction } from '../src/discord/reply.ts';
import { answerWithVoice } from '../src/discord/voice-message.ts';
import { UserError } from '../src/errors.ts';
import { inLocale } from '../src/messages/languages.ts';
import { soundTexts } from '../src/messages/sound.ts';
import { filesOf } from '../src/queue/job.ts';

/** Under a riff: sends its sound as a voice message. */
export const voiceButton = { voice } satisfies Command['components'];

/** Any user may press it, but not too often, since everybody here can hear what it sends anyway. */
async function voice(interaction: ComponentInteraction, jobId: string, bot: BotParts): Promise<void> {
  const job = await requireJob(interaction, jobId, bot);
  const files = filesOf(job);
  const text = inLocale(soundTexts, interaction.locale);
  if (!files) throw new UserError(text.notReady);
  const press = `${interaction.user.id} ${jobId}`;
  const isSent = await bot.voiceCooldown.run(press, () => answerWithVoice(interaction, job, files, bot));
  if (!isSent) throw new UserError(text.justSent);
}
