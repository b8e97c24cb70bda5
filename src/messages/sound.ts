import { texts } from './languages.ts';
import { english, french, german } from './wording.ts';

/** How the sound of a riff is sent. Sizes are in bytes. */
export const soundTexts = texts({
  en: {
    asOgg: (bytes: number) =>
      `The sound is Ogg Opus: as a WAV of ${english.mebibytes(bytes)} MiB it is too large for this channel.`,
    notReady: 'This riff is not ready yet.',
    justSent: 'You have just asked for this voice message. It is here, or on its way; ask again in a minute.',
    noVoicePermission:
      'I may not send voice messages here (a moderator can give me **Send Voice Messages**), so here is the sound as a file.',
    noVoiceMessage: 'Discord accepts no voice message from me here, so here is the sound as a file.',
  },
  de: {
    asOgg: (bytes: number) =>
      `Der Klang ist Ogg Opus: Als WAV von ${german.mebibytes(bytes)} MiB ist er zu groß für diesen Kanal.`,
    notReady: 'Dieses Riff ist noch nicht fertig.',
    justSent:
      'Diese Sprachnachricht hast du eben erst angefordert. Sie ist da oder unterwegs; versuch es in einer Minute wieder.',
    noVoicePermission:
      'Ich darf hier keine Sprachnachrichten senden (wer moderiert, kann mir **Sprachnachrichten senden** erlauben), darum kommt der Klang als Datei.',
    noVoiceMessage: 'Discord nimmt hier keine Sprachnachricht von mir an, darum kommt der Klang als Datei.',
  },
  fr: {
    asOgg: (bytes: number) =>
      `Le son est en Ogg Opus : en WAV de ${french.mebibytes(bytes)} Mio, il est trop gros pour ce salon.`,
    notReady: 'Ce riff n’est pas encore prêt.',
    justSent: 'Tu viens de demander ce message vocal. Il est là ou en route ; redemande-le dans une minute.',
    noVoicePermission:
      'Je n’ai pas le droit d’envoyer des messages vocaux ici (la modération peut m’accorder **Envoyer des messages vocaux**) ; voici donc le son en fichier.',
    noVoiceMessage: 'Discord n’accepte pas de message vocal de ma part ici ; voici donc le son en fichier.',
  },
});
