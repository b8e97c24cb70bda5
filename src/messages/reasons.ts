import { inLocale, texts } from './languages.ts';

/**
 * Why no riff is started, or why a riff failed. The store, the log and /health hold the English sentence, which is the key
 * for its translations.
 */
export const reasonTexts = texts({
  en: {
    modelUnreadable: 'the music engine is out of order: its model cannot be read',
    outOfMemory: 'the music engine is out of order: it runs out of memory',
    engineDoesNotStart: 'the music engine is out of order: it does not start',
    engineCannotWrite: 'the music engine is out of order: it cannot write into its folder of results',
    engineCrashes: 'the music engine is out of order: it crashes on every riff',
    noWorker: 'no worker is running',
    storeUnwritable: 'the queue cannot be written',
    storeUnreadable: 'the queue cannot be read',
    resultsUnwritable: 'finished riffs cannot be written',
    discordUnreachable: 'finished riffs cannot be sent to Discord at the moment',

    botDeaths:
      'The bot stopped again and again while making this riff, so it was given up. Please ask for it again.',
    engineCrashedOften:
      'The engine crashed on this riff again and again, so it was given up. Changing the prompt or the steps may help.',
    engineMisconfigured: "The music engine is misconfigured; the bot's owner has the details in the log.",
    engineFailed: 'The music engine failed on this riff, twice.',
    soundGone: 'sound: expected the uploaded file, it is gone; upload it again',
    otherModel:
      'sound: expected a recipe of this model, got the latents of another; begin with the sound itself',
    damaged: 'The stored data of this riff is damaged. Please ask for it again.',
    filesGone: 'Its files were deleted before it could be sent; the owner of the bot can see why.',
    sendingGaveUp: 'The riff was made, but it had to be deleted before it could be sent to Discord.',
    tooLarge:
      'Discord refused the sound as too large for this channel; use a server with a higher upload limit.',
    noAccess:
      'I may no longer write in this channel. A moderator can give me Send Messages, Embed Links and Attach Files there.',
    refused: 'Discord refused the message, perhaps because of a word filter of this server.',
    channelGone: 'The channel or the message is gone.',
  },
  de: {
    modelUnreadable: 'die Musik-Engine streikt, weil sich ihr Modell nicht lesen lässt',
    outOfMemory: 'die Musik-Engine streikt, weil ihr der Speicher ausgeht',
    engineDoesNotStart: 'die Musik-Engine streikt, weil sie nicht startet',
    engineCannotWrite: 'die Musik-Engine streikt, weil sie nicht in ihren Ergebnisordner schreiben kann',
    engineCrashes: 'die Musik-Engine streikt, weil sie bei jedem Riff abstürzt',
    noWorker: 'zurzeit ist kein Rechner da, der es macht',
    storeUnwritable: 'die Warteschlange lässt sich nicht schreiben',
    storeUnreadable: 'die Warteschlange lässt sich nicht lesen',
    resultsUnwritable: 'fertige Riffs lassen sich nicht speichern',
    discordUnreachable: 'fertige Riffs lassen sich gerade nicht an Discord senden',

    botDeaths:
      'Der Bot ist bei diesem Riff immer wieder ausgefallen, darum wurde es aufgegeben. Bestell es bitte noch einmal.',
    engineCrashedOften:
      'Die Musik-Engine ist an diesem Riff immer wieder abgestürzt, darum wurde es aufgegeben. Vielleicht hilft ein anderer Prompt oder eine andere Zahl von Schritten.',
    engineMisconfigured:
      'Die Musik-Engine ist falsch eingerichtet; Genaueres steht für den Betreiber des Bots im Log.',
    engineFailed: 'Die Musik-Engine ist zweimal an diesem Riff gescheitert.',
    soundGone: 'Der hochgeladene Klang ist nicht mehr da; lad ihn noch einmal hoch.',
    otherModel:
      'Das Rezept enthält den Klang in den Latents eines anderen Modells; fang mit dem Klang selbst an.',
    damaged: 'Was von diesem Riff gespeichert war, ist beschädigt. Bestell es bitte noch einmal.',
    filesGone:
      'Seine Dateien wurden gelöscht, bevor es gesendet werden konnte; der Betreiber des Bots kann sehen, warum.',
    sendingGaveUp:
      'Das Riff ist fertig geworden, ließ sich aber nicht an Discord senden, solange es aufbewahrt wurde.',
    tooLarge:
      'Discord hat den Klang als zu groß für diesen Kanal abgelehnt; nimm einen Server, der größere Dateien erlaubt.',
    noAccess:
      'In diesem Kanal darf ich nicht mehr schreiben. Die Moderation kann mir dort „Nachrichten senden“, „Links einbetten“ und „Dateien anhängen“ geben.',
    refused: 'Discord hat die Nachricht abgelehnt, vielleicht wegen eines Wortfilters dieses Servers.',
    channelGone: 'Den Kanal oder die Nachricht gibt es nicht mehr.',
  },
  fr: {
    modelUnreadable: 'le moteur musical est en panne : son modèle est illisible',
    outOfMemory: 'le moteur musical est en panne : il manque de mémoire',
    engineDoesNotStart: 'le moteur musical est en panne : il ne démarre pas',
    engineCannotWrite: 'le moteur musical est en panne : il ne peut pas écrire dans son dossier de résultats',
    engineCrashes: 'le moteur musical est en panne : il plante à chaque riff',
    noWorker: 'aucune machine n’est là pour le faire',
    storeUnwritable: 'la file d’attente ne peut pas être écrite',
    storeUnreadable: 'la file d’attente ne peut pas être lue',
    resultsUnwritable: 'les riffs terminés ne peuvent pas être enregistrés',
    discordUnreachable: 'les riffs terminés ne peuvent pas être envoyés à Discord pour le moment',

    botDeaths: 'Le bot s’est arrêté encore et encore pendant ce riff, qui est donc abandonné. Redemande-le.',
    engineCrashedOften:
      'Le moteur musical a planté encore et encore sur ce riff, qui est donc abandonné. Un autre prompt ou un autre nombre d’étapes aidera peut-être.',
    engineMisconfigured:
      'Le moteur musical est mal configuré ; la personne qui gère le bot a les détails dans le journal.',
    engineFailed: 'Le moteur musical a échoué deux fois sur ce riff.',
    soundGone: 'Le son envoyé n’est plus là ; envoie-le de nouveau.',
    otherModel: 'La recette contient le son dans les latents d’un autre modèle ; pars du son lui-même.',
    damaged: 'Ce qui était enregistré de ce riff est abîmé. Redemande-le.',
    filesGone:
      'Ses fichiers ont été supprimés avant l’envoi ; la personne qui gère le bot peut voir pourquoi.',
    sendingGaveUp:
      'Le riff a été fait, mais n’a pas pu être envoyé à Discord avant la fin de sa conservation.',
    tooLarge:
      'Discord a refusé le son, trop gros pour ce salon ; utilise un serveur avec une limite plus élevée.',
    noAccess:
      'Je n’ai plus le droit d’écrire dans ce salon. La modération peut m’y accorder « Envoyer des messages », « Intégrer des liens » et « Joindre des fichiers ».',
    refused: 'Discord a refusé le message, peut-être à cause d’un filtre de mots de ce serveur.',
    channelGone: 'Le salon ou le message n’existe plus.',
  },
});

type Reason = keyof (typeof reasonTexts)['en'];

const ROWS: ReadonlyMap<string, Reason> = new Map(
  Object.entries(reasonTexts.en).map(([row, sentence]) => [sentence, row as Reason]),
);

/** The translation of an English reason; unchanged if it has none. */
export function reasonText(reason: string, locale: string | null): string {
  const row = ROWS.get(reason);
  return row === undefined ? reason : inLocale(reasonTexts, locale)[row];
}
