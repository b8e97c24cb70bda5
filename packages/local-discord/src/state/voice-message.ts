import { MessageFlags, RESTJSONErrorCodes } from 'discord-api-types/v10';
import { DiscordError } from '../discord-error.ts';
import type { Message } from './message.ts';

export function isVoiceMessage({ flags }: Pick<Message, 'flags'>): boolean {
  return (flags & MessageFlags.IsVoiceMessage) !== 0;
}

/**
 * Throws 50159, 50160 or 50161 unless the message is one sound with duration and waveform and nothing else. Source:
 * resources/message, "Voice Messages".
 */
export function requireVoiceOnly({ content, embeds, components, attachments }: Message): void {
  if (content !== '' || embeds.length > 0 || components.length > 0)
    throw new DiscordError(RESTJSONErrorCodes.VoiceMessagesDoNotSupportAdditionalContent);
  const [sound, ...others] = attachments;
  if (!sound?.contentType.startsWith('audio/') || others.length > 0)
    throw new DiscordError(RESTJSONErrorCodes.VoiceMessagesMustHaveASingleAudioAttachment);
  if (sound.durationSecs === null || sound.waveform === null)
    throw new DiscordError(RESTJSONErrorCodes.VoiceMessagesMustHaveSupportingMetadata);
}
