import { texts } from './languages.ts';
import { english, french, german } from './wording.ts';

/** Several riffs in one message. */
export const batchTexts = texts({
  en: {
    count: {
      name: 'count',
      description: 'How many riffs, with consecutive seeds; each counts towards your limits',
    },
    head: (count: number, prompt: string) => `**${english.counted(count, 'riff', 'riffs')}** of “${prompt}”`,
    line: (number: number, seed: number, state: string) => `**${number}** · seed ${seed} · ${state}`,
    inLine: (position: number, when: string) => `${english.ordinal(position)} in line · ${when}`,
    waiting: 'waiting',
    ready: 'ready',
    failed: (reason: string, errorId: string) => `failed: ${reason} (error ${errorId})`,
    cancelled: 'cancelled',
    cancelledByModerator: 'cancelled by a moderator',
    gone: 'deleted',
    pickHint: 'A number posts that riff by itself, with its buttons.',
    late: 'Discord lets me edit this message for 15 minutes. Riffs that take longer come as messages of their own.',
    lateHere: 'I may not post here. To get a riff that is not ready yet, press its number later.',
    cancelAll: 'Cancel all',
    notReady: (number: number) => `Riff ${number} is not finished yet. Press again once it is.`,
    notThere: (number: number) => `Riff ${number} failed or was cancelled, so there is nothing to post.`,
  },
  de: {
    count: {
      name: 'anzahl',
      description: 'Wie viele Riffs, mit aufeinanderfolgenden Seeds; jedes zählt als eins von dir',
    },
    head: (count, prompt) => `**${german.counted(count, 'Riff', 'Riffs')}** zu „${prompt}“`,
    line: (number, seed, state) => `**${number}** · Seed ${seed} · ${state}`,
    inLine: (position, when) => `an ${german.ordinal(position)} Stelle · ${when}`,
    waiting: 'wartet',
    ready: 'fertig',
    failed: (reason, errorId) => `fehlgeschlagen: ${reason} (Fehler ${errorId})`,
    cancelled: 'abgebrochen',
    cancelledByModerator: 'von der Moderation abgebrochen',
    gone: 'gelöscht',
    pickHint: 'Eine Zahl schickt das Riff für sich, mit seinen Knöpfen.',
    late: 'Was länger dauert als die 15 Minuten, in denen Discord mich diese Nachricht ändern lässt, kommt als eigene Nachricht.',
    lateHere: 'Ich darf hier nicht schreiben. Was noch nicht fertig ist, kommt, wenn du seine Zahl drückst.',
    cancelAll: 'Alle abbrechen',
    notReady: (number) => `Riff ${number} ist noch nicht fertig. Drück noch einmal, wenn es so weit ist.`,
    notThere: (number) =>
      `Riff ${number} ist fehlgeschlagen oder wurde abgebrochen, also gibt es nichts zu schicken.`,
  },
  fr: {
    count: {
      name: 'nombre',
      description: 'Combien de riffs, aux graines successives ; chacun compte comme un des tiens',
    },
    head: (count, prompt) => `**${french.counted(count, 'riff', 'riffs')}** pour « ${prompt} »`,
    line: (number, seed, state) => `**${number}** · graine ${seed} · ${state}`,
    inLine: (position, when) => `${french.ordinal(position)} dans la file · ${when}`,
    waiting: 'en attente',
    ready: 'prêt',
    failed: (reason, errorId) => `échec : ${reason} (erreur ${errorId})`,
    cancelled: 'annulé',
    cancelledByModerator: 'annulé par la modération',
    gone: 'supprimé',
    pickHint: 'Un numéro envoie ce riff à part, avec ses boutons.',
    late: 'Ce qui dépasse les 15 minutes pendant lesquelles Discord me laisse modifier ce message viendra dans un message à part.',
    lateHere:
      'Je ne peux pas écrire ici. Ce qui n’est pas encore prêt viendra quand tu appuieras sur son numéro.',
    cancelAll: 'Tout annuler',
    notReady: (number) => `Le riff ${number} n’est pas encore terminé. Appuie de nouveau quand il le sera.`,
    notThere: (number) => `Le riff ${number} a échoué ou a été annulé : il n’y a rien à envoyer.`,
  },
});
