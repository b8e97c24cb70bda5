import { PermissionFlagsBits } from 'discord.js';
import { type CompressedSound, compressSound } from '../audio/compress-sound.ts';
import { within } from '../clock.ts';
import { UserError } from '../errors.ts';
import { type Language, languageOf } from '../messages/languages.ts';
import { refusalTexts } from '../messages/refusals.ts';
import { soundTexts } from '../messages/sound.ts';
import type { Job } from '../queue/job.ts';
import type { RiffFiles } from '../riff/engine.ts';
import type { BotParts } from './command.ts';
import { oggFile } from './finished-riff.ts';
import {
  ALREADY_ACKNOWLEDGED,
  faultOf,
  isRefusedWith,
  type MessageContent,
  UNKNOWN_INTERACTION,
} from './message-api.ts';
import { type ComponentInteraction, FIRST_ANSWER_MS, replyTarget } from './reply.ts';

/**
 * Answers with the riff as a voice message, or with its sound as a file and the reason where Discord takes no voice
 * message. Discord documents the flag of voice messages for first answers and channel messages alone: a sound that takes
 * too long to compress for a first answer is posted. Throws UserError where the files are gone.
 */
export async function answerWithVoice(
  interaction: ComponentInteraction,
  job: Job,
  files: RiffFiles,
  bot: BotParts,
): Promise<void> {
  const language = languageOf(interaction.locale);
  const texts = soundTexts[language];
  const stored = await bot.results.read(job.id, files);
  if (stored === null)
    throw new UserError(refusalTexts[language].filesGone(bot.mention('riff'), files.recipe.seed));
  const compressing = compressSound(stored.wav);
  if (!(await within(compressing, FIRST_ANSWER_MS, bot.clock))) await interaction.deferReply();
  const sound = await compressing;
  const fileWith = (content: string): MessageContent => ({
    content,
    files: [oggFile(sound, files, language)],
  });
  if (!maySendVoice(interaction)) await answer(interaction, fileWith(texts.noVoicePermission), bot);
  else if (!(await sendVoice(interaction, voiceOf(sound, files, language), bot)))
    await answer(interaction, fileWith(texts.noVoiceMessage), bot);
}

/** In a DM Discord names only a part of what the bot may do: there only a try tells. */
function maySendVoice({ guildId, appPermissions }: ComponentInteraction): boolean {
  return guildId === null || appPermissions.has(PermissionFlagsBits.SendVoiceMessages);
}

/** One sound and nothing else. */
function voiceOf(sound: CompressedSound, files: RiffFiles, language: Language): MessageContent {
  const { seconds, waveform } = sound;
  const file = oggFile(sound, files, language);
  return { content: '', files: [{ ...file, description: '', voice: { seconds, waveform } }] };
}

/** False: Discord refused the voice message. Rejects where the interaction is over or Discord cannot be reached. */
async function sendVoice(
  interaction: ComponentInteraction,
  voice: MessageContent,
  bot: BotParts,
): Promise<boolean> {
  try {
    if (interaction.deferred) return await postVoice(interaction, voice, bot);
    await bot.messages.answer(interaction, voice);
    return true;
  } catch (error) {
    const isOver = isRefusedWith(error, UNKNOWN_INTERACTION, ALREADY_ACKNOWLEDGED);
    if (isOver || faultOf(error) === 'passing') throw error;
    return false;
  }
}

async function postVoice(
  interaction: ComponentInteraction,
  voice: MessageContent,
  { messages, clock }: BotParts,
): Promise<boolean> {
  const { canPost, channelId } = replyTarget(interaction, clock.now());
  if (!canPost) return false;
  await messages.post(channelId, { ...voice, pingUserId: null, nonce: interaction.id });
  await interaction.deleteReply();
  return true;
}

async function answer(
  interaction: ComponentInteraction,
  message: MessageContent,
  { messages, clock }: BotParts,
): Promise<void> {
  if (interaction.deferred) await messages.editAnswer(replyTarget(interaction, clock.now()), message);
  else await messages.answer(interaction, message);
}
