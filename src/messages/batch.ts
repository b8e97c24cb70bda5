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
    pickHint: 'Press a number to post that riff by itself, with its buttons.',
    late: 'Discord lets me edit this message for 15 minutes. Riffs that take longer come as messages of their own.',
    lateHere: 'I may not post here. To get a riff that is not ready yet, press its number later.',
    cancelAll: 'Cancel all',
    notReady: (number: number) => `Riff ${number} is not finished yet. Press again once it is.`,
    notThere: (number: number) => `Riff ${number} failed or was cancelled, so there is nothing to post.`,
  },
  de: {
    count: {
      name: 'anzahl',
      description: 'Wie viele Riffs, mit aufeinanderfolgenden Seeds; jedes zählt bei deinen Grenzen mit',
    },
    head: (count, prompt) => `**${german.counted(count, 'Riff', 'Riffs')}** zu „${prompt}“`,
    line: (number, seed, state) => `**${number}** · Seed ${seed} · ${state}`,
    inLine: (position, when) => `Platz ${position} · ${when}`,
    waiting: 'wartet',
    ready: 'fertig',
    failed: (reason, errorId) => `fehlgeschlagen: ${reason} (Fehler ${errorId})`,
    cancelled: 'abgebrochen',
    cancelledByModerator: 'von der Moderation abgebrochen',
    gone: 'gelöscht',
    pickHint: 'Drück eine Zahl, um das Riff für sich allein zu posten, mit seinen Knöpfen.',
    late: 'Discord lässt mich diese Nachricht 15 Minuten lang bearbeiten. Riffs, die länger dauern, kommen als eigene Nachrichten.',
    lateHere:
      'Ich darf hier nichts posten. Ein Riff, das noch nicht fertig ist, bekommst du, wenn du später seine Zahl drückst.',
    cancelAll: 'Alle abbrechen',
    notReady: (number) => `Riff ${number} ist noch nicht fertig. Drück noch einmal, wenn es so weit ist.`,
    notThere: (number) =>
      `Riff ${number} ist fehlgeschlagen oder wurde abgebrochen, also gibt es nichts zu posten.`,
  },
  fr: {
    count: {
      name: 'nombre',
      description: 'Combien de riffs, aux graines successives ; chacun compte dans tes limites',
    },
    head: (count, prompt) => `**${french.counted(count, 'riff', 'riffs')}** pour « ${prompt} »`,
    line: (number, seed, state) => `**${number}** · graine ${seed} · ${state}`,
    inLine: (position, when) => `${french.ordinal(position)} dans la file d’attente · ${when}`,
    waiting: 'en attente',
    ready: 'prêt',
    failed: (reason, errorId) => `échec : ${reason} (erreur ${errorId})`,
    cancelled: 'annulé',
    cancelledByModerator: 'annulé par la modération',
    gone: 'supprimé',
    pickHint: 'Appuie sur un numéro pour publier ce riff à part, avec ses boutons.',
    late: 'Discord me laisse modifier ce message pendant 15 minutes. Les riffs qui prennent plus de temps arriveront dans des messages à part.',
    lateHere:
      'Je n’ai pas le droit de publier ici. Pour avoir un riff qui n’est pas encore prêt, appuie plus tard sur son numéro.',
    cancelAll: 'Tout annuler',
    notReady: (number) => `Le riff ${number} n’est pas encore terminé. Appuie de nouveau quand il le sera.`,
    notThere: (number) => `Le riff ${number} a échoué ou a été annulé : il n’y a rien à publier.`,
  },
});
