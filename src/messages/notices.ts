import { z } from 'zod';
import { texts } from './languages.ts';
import { isSaid, type Said, saidIn } from './said.ts';
import { shortened } from './shortened.ts';
import { english, french, german } from './wording.ts';

/** Which text of a request. */
export type TextKind = 'prompt' | 'negative';

const ENGLISH_KINDS = { prompt: 'prompt', negative: 'negative prompt' } as const;
const GERMAN_KINDS = {
  prompt: { the: 'Der Prompt', ofThe: 'des Prompts' },
  negative: { the: 'Was du ausschließt,', ofThe: 'unter dem, was du ausschließt,' },
} as const;
const FRENCH_KINDS = {
  prompt: { the: 'Le prompt', ofThe: 'du prompt' },
  negative: { the: 'Ce que tu exclus', ofThe: 'parmi ce que tu exclus' },
} as const;

/** A word that the model does not know, and the one that it read in its place. */
export interface NearWord {
  readonly typed: string;
  readonly read: string;
}

const SHOWN_CHARACTERS = 200;

/** Left-out and unknown words, as many as fit into a note. */
function fitting(text: string): string {
  return shortened(text, SHOWN_CHARACTERS);
}

/**
 * Messages to users from parts below Discord. Those parts do not know the user's language, and a message may be stored or
 * sent to another process first; so they name a row and its values, and the part that shows it looks up the text.
 */
export const noticeTexts = texts({
  en: {
    closed: () => "I'm not accepting riffs here right now.",
    restarting: () => 'The bot is restarting.',
    blocked: () => 'You are blocked here.',
    queueFull: ({ waiting }: { readonly waiting: number }) =>
      `The queue is full: ${english.counted(waiting, 'riff', 'riffs')} waiting.`,
    userWaiting: ({ waiting, most }: { readonly waiting: number; readonly most: number }) =>
      `You have ${english.counted(waiting, 'riff', 'riffs')} waiting and the limit is ${most}. Cancel one or wait until one has started.`,
    serverWaiting: ({ waiting, most }: { readonly waiting: number; readonly most: number }) =>
      `This server has ${english.counted(waiting, 'riff', 'riffs')} waiting and the limit is ${most}.`,
    roomForFewer: ({ count, free }: { readonly count: number; readonly free: number }) =>
      `You asked for ${english.counted(count, 'riff', 'riffs')} at once and there is room for ${free}, so none was taken. Choose a smaller count, or wait.`,
    countsAsMany: ({ clips, most }: { readonly clips: number; readonly most: number }) =>
      `This riff counts as ${clips}, and you may ask for ${most} in an hour.`,
    hourIsFull: ({ most }: { readonly most: number }) =>
      `You asked for ${english.counted(most, 'riff', 'riffs')} in the last hour, which is the limit.`,
    queueUnwritable: ({ errorId }: { readonly errorId: string }) =>
      `The queue cannot be written at the moment (error ${errorId}). Please try again later.`,
    noPromptWordKnown: () => 'The model knows no word of the prompt, so this riff is random.',
    noNegativeWordKnown: () => 'The model knows no word of the negative prompt, so it has no effect.',
    cutOff: ({
      of,
      tokens,
      text,
    }: {
      readonly of: TextKind;
      readonly tokens: number;
      readonly text: string;
    }) =>
      `The ${ENGLISH_KINDS[of]} is longer than the ${tokens} tokens that the model reads; left out: “${fitting(text)}”.`,
    readAsNear: ({ of, words }: { readonly of: TextKind; readonly words: readonly NearWord[] }) =>
      `The model read unknown words of the ${ENGLISH_KINDS[of]} as similar ones: ${fitting(words.map(({ typed, read }) => `“${typed}” as “${read}”`).join(', '))}.`,
    unknownWords: ({ of, words }: { readonly of: TextKind; readonly words: readonly string[] }) =>
      `The model does not know these words of the ${ENGLISH_KINDS[of]}: ${fitting(words.map((word) => `“${word}”`).join(', '))}.`,
    negativeHasNoEffect: () => 'The negative prompt has no effect at guidance 1; choose a higher guidance.',
    exactPrecision: () =>
      "The device's own precision gave an empty picture, so the riff was rendered in 32-bit precision.",
    roughScheduler: ({ scheduler, own }: { readonly scheduler: string; readonly own: string }) =>
      `The model was distilled for ${own}; with ${scheduler} its pictures are rough.`,
    blurredScheduler: ({ scheduler, own }: { readonly scheduler: string; readonly own: string }) =>
      `The model was not distilled for ${scheduler}; its pictures are blurred. Its own scheduler is ${own}.`,
    schedulerReplaced: ({ scheduler, own }: { readonly scheduler: string; readonly own: string }) =>
      `The model's own scheduler is ${own}, which Riff does not have; ${scheduler} is used instead.`,
    settingIgnored: ({ scheduler, setting }: { readonly scheduler: string; readonly setting: string }) =>
      `The model asks for ${setting}, which Riff does not support; ${scheduler} is used without it.`,
  },
  de: {
    closed: () => 'Hier nehme ich zurzeit keine Riffs an.',
    restarting: () => 'Der Bot startet gerade neu.',
    blocked: () => 'Du bist hier gesperrt.',
    queueFull: ({ waiting }) =>
      `Die Warteschlange ist voll: ${german.counted(waiting, 'Riff wartet', 'Riffs warten')}.`,
    userWaiting: ({ waiting, most }) =>
      `Du hast ${german.counted(waiting, 'wartendes Riff', 'wartende Riffs')}, und erlaubt sind ${most}. Brich eins ab oder warte, bis eins angefangen hat.`,
    serverWaiting: ({ waiting, most }) =>
      `Dieser Server hat ${german.counted(waiting, 'wartendes Riff', 'wartende Riffs')}, und erlaubt sind ${most}.`,
    roomForFewer: ({ count, free }) =>
      `Du hast ${german.counted(count, 'Riff', 'Riffs')} auf einmal bestellt, und Platz ist für ${free}; darum habe ich keins angenommen. Nimm eine kleinere Anzahl oder warte.`,
    countsAsMany: ({ clips, most }) =>
      `Dieses Riff zählt als ${clips}, und in einer Stunde darfst du ${most} bestellen.`,
    hourIsFull: ({ most }) =>
      `Du hast in der letzten Stunde ${german.counted(most, 'Riff', 'Riffs')} bestellt, mehr geht nicht.`,
    queueUnwritable: ({ errorId }) =>
      `Die Warteschlange lässt sich gerade nicht schreiben (Fehler ${errorId}). Versuch es bitte später noch einmal.`,
    noPromptWordKnown: () => 'Das Modell kennt kein Wort des Prompts, also ist dieses Riff Zufall.',
    noNegativeWordKnown: () =>
      'Das Modell kennt keins der ausgeschlossenen Wörter, also nimmt es nichts weg.',
    cutOff: ({ of, tokens, text }) =>
      `${GERMAN_KINDS[of].the} ist länger als die ${tokens} Tokens, die das Modell liest; weggelassen: „${fitting(text)}“.`,
    readAsNear: ({ of, words }) =>
      `Unbekannte Wörter ${GERMAN_KINDS[of].ofThe} hat das Modell als ähnliche gelesen: ${fitting(words.map(({ typed, read }) => `„${typed}“ als „${read}“`).join(', '))}.`,
    unknownWords: ({ of, words }) =>
      `Diese Wörter ${GERMAN_KINDS[of].ofThe} kennt das Modell nicht: ${fitting(words.map((word) => `„${word}“`).join(', '))}.`,
    negativeHasNoEffect: () => 'Bei Guidance 1 wirkt nicht, was du ausschließt; nimm eine höhere Guidance.',
    exactPrecision: () =>
      'Mit der Genauigkeit des Geräts blieb das Bild leer, darum wurde das Riff mit 32 Bit gerechnet.',
    roughScheduler: ({ scheduler, own }) =>
      `Das Modell ist für ${own} destilliert; mit ${scheduler} werden seine Bilder grob.`,
    blurredScheduler: ({ scheduler, own }) =>
      `Das Modell ist nicht für ${scheduler} destilliert; seine Bilder werden unscharf. Sein eigener Scheduler ist ${own}.`,
    schedulerReplaced: ({ scheduler, own }) =>
      `Der Scheduler des Modells ist ${own}, den Riff nicht hat; an seiner Stelle läuft ${scheduler}.`,
    settingIgnored: ({ scheduler, setting }) =>
      `Das Modell verlangt ${setting}, was Riff nicht hat; ${scheduler} läuft ohne.`,
  },
  fr: {
    closed: () => 'Je ne prends pas de riffs ici en ce moment.',
    restarting: () => 'Le bot redémarre.',
    blocked: () => 'L’accès à ce bot t’est bloqué ici.',
    queueFull: ({ waiting }) =>
      `La file d’attente est pleine : ${french.counted(waiting, 'riff', 'riffs')} en attente.`,
    userWaiting: ({ waiting, most }) =>
      `Tu as ${french.counted(waiting, 'riff', 'riffs')} en attente et la limite est de ${most}. Annules-en un ou attends que l’un d’eux ait commencé.`,
    serverWaiting: ({ waiting, most }) =>
      `Ce serveur a ${french.counted(waiting, 'riff', 'riffs')} en attente et la limite est de ${most}.`,
    roomForFewer: ({ count, free }) =>
      `Tu as demandé ${french.counted(count, 'riff', 'riffs')} à la fois et il y a de la place pour ${free} : je n’en ai pris aucun. Choisis un nombre plus petit, ou attends.`,
    countsAsMany: ({ clips, most }) =>
      `Ce riff compte pour ${clips}, et tu peux en demander ${most} par heure.`,
    hourIsFull: ({ most }) =>
      `Tu as demandé ${french.counted(most, 'riff', 'riffs')} depuis une heure, c’est la limite.`,
    queueUnwritable: ({ errorId }) =>
      `La file d’attente ne peut pas être écrite pour le moment (erreur ${errorId}). Réessaie plus tard.`,
    noPromptWordKnown: () => 'Le modèle ne connaît aucun mot du prompt, ce riff est donc le fruit du hasard.',
    noNegativeWordKnown: () => 'Le modèle ne connaît aucun des mots exclus, il n’enlève donc rien.',
    cutOff: ({ of, tokens, text }) =>
      `${FRENCH_KINDS[of].the} dépasse les ${tokens} tokens que le modèle lit ; laissé de côté : « ${fitting(text)} ».`,
    readAsNear: ({ of, words }) =>
      `Le modèle a lu des mots inconnus ${FRENCH_KINDS[of].ofThe} comme des mots proches : ${fitting(words.map(({ typed, read }) => `« ${typed} » comme « ${read} »`).join(', '))}.`,
    unknownWords: ({ of, words }) =>
      `Le modèle ne connaît pas ces mots ${FRENCH_KINDS[of].ofThe} : ${fitting(words.map((word) => `« ${word} »`).join(', '))}.`,
    negativeHasNoEffect: () =>
      'Avec un guidage de 1, ce que tu exclus n’a pas d’effet ; choisis un guidage plus élevé.',
    exactPrecision: () =>
      'Avec la précision de l’appareil, l’image était vide ; le riff a donc été calculé en 32 bits.',
    roughScheduler: ({ scheduler, own }) =>
      `Le modèle est distillé pour ${own} ; avec ${scheduler}, ses images sont grossières.`,
    blurredScheduler: ({ scheduler, own }) =>
      `Le modèle n’est pas distillé pour ${scheduler} ; ses images sont floues. Son échantillonneur est ${own}.`,
    schedulerReplaced: ({ scheduler, own }) =>
      `L’échantillonneur du modèle est ${own}, que Riff n’a pas ; ${scheduler} le remplace.`,
    settingIgnored: ({ scheduler, setting }) =>
      `Le modèle demande ${setting}, que Riff n’a pas ; ${scheduler} s’en passe.`,
  },
});

/** A row of the notices and its values: plain JSON. */
export type Notice = Said<(typeof noticeTexts)['en']>;

/** A notice, or the sentence that earlier versions stored in its place. */
export const noticeSchema = z.union([z.string(), z.custom<Notice>((value) => isSaid(noticeTexts, value))]);

export function noticeText(notice: Notice | string, locale: string | null): string {
  return typeof notice === 'string' ? notice : saidIn(noticeTexts, notice, locale);
}
