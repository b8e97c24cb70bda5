import { inLocale, texts } from './languages.ts';
import { english, french, german } from './wording.ts';

/**
 * What parts below Discord have to say to a user. They do not know the language, and what they say may be stored
 * or cross a process before it is read; so they name a row and its values, and whoever shows them takes the text.
 */
export const noticeTexts = texts({
  en: {
    /** Not translated: written by an earlier version, or by a part that speaks to operators. */
    plain: ({ text }: { readonly text: string }) => text,
    closed: () => "I'm not accepting riffs here right now.",
    restarting: () => 'The bot is restarting.',
    blocked: () => 'You are blocked here.',
    queueFull: ({ waiting }: { readonly waiting: number }) =>
      `The queue is full: ${english.counted(waiting, 'riff', 'riffs')} waiting.`,
    userWaiting: ({ waiting, most }: { readonly waiting: number; readonly most: number }) =>
      `You have ${english.counted(waiting, 'riff', 'riffs')} waiting and the limit is ${most}. Cancel one or wait until one has started.`,
    serverWaiting: ({ waiting, most }: { readonly waiting: number; readonly most: number }) =>
      `This server has ${english.counted(waiting, 'riff', 'riffs')} waiting and the limit is ${most}.`,
    countsAsMany: ({ clips, most }: { readonly clips: number; readonly most: number }) =>
      `This riff counts as ${clips}, and you may ask for ${most} in an hour.`,
    hourIsFull: ({ most }: { readonly most: number }) =>
      `You asked for ${english.counted(most, 'riff', 'riffs')} in the last hour, which is the limit.`,
    queueUnwritable: ({ errorId }: { readonly errorId: string }) =>
      `The queue cannot be written at the moment (error ${errorId}). Please try again later.`,
  },
  de: {
    plain: ({ text }) => text,
    closed: () => 'Hier nehme ich zurzeit keine Riffs an.',
    restarting: () => 'Der Bot startet gerade neu.',
    blocked: () => 'Du bist hier gesperrt.',
    queueFull: ({ waiting }) =>
      `Die Warteschlange ist voll: ${german.counted(waiting, 'Riff wartet', 'Riffs warten')}.`,
    userWaiting: ({ waiting, most }) =>
      `Du hast ${german.counted(waiting, 'wartendes Riff', 'wartende Riffs')}, und erlaubt sind ${most}. Brich eins ab oder warte, bis eins angefangen hat.`,
    serverWaiting: ({ waiting, most }) =>
      `Dieser Server hat ${german.counted(waiting, 'wartendes Riff', 'wartende Riffs')}, und erlaubt sind ${most}.`,
    countsAsMany: ({ clips, most }) =>
      `Dieses Riff zählt als ${clips}, und in einer Stunde darfst du ${most} bestellen.`,
    hourIsFull: ({ most }) =>
      `Du hast in der letzten Stunde ${german.counted(most, 'Riff', 'Riffs')} bestellt, mehr geht nicht.`,
    queueUnwritable: ({ errorId }) =>
      `Die Warteschlange lässt sich gerade nicht schreiben (Fehler ${errorId}). Versuch es bitte später noch einmal.`,
  },
  fr: {
    plain: ({ text }) => text,
    closed: () => 'Je ne prends pas de riffs ici en ce moment.',
    restarting: () => 'Le bot redémarre.',
    blocked: () => 'L’accès à ce bot t’est bloqué ici.',
    queueFull: ({ waiting }) =>
      `La file est pleine : ${french.counted(waiting, 'riff', 'riffs')} en attente.`,
    userWaiting: ({ waiting, most }) =>
      `Tu as ${french.counted(waiting, 'riff', 'riffs')} en attente et la limite est de ${most}. Annules-en un ou attends que l’un d’eux ait commencé.`,
    serverWaiting: ({ waiting, most }) =>
      `Ce serveur a ${french.counted(waiting, 'riff', 'riffs')} en attente et la limite est de ${most}.`,
    countsAsMany: ({ clips, most }) =>
      `Ce riff compte pour ${clips}, et tu peux en demander ${most} par heure.`,
    hourIsFull: ({ most }) =>
      `Tu as demandé ${french.counted(most, 'riff', 'riffs')} depuis une heure, c’est la limite.`,
    queueUnwritable: ({ errorId }) =>
      `La file ne peut pas être écrite pour le moment (erreur ${errorId}). Réessaie plus tard.`,
  },
});

type Rows = (typeof noticeTexts)['en'];
type ValuesOf<Row> = Row extends (values: infer Values extends object) => string ? Values : object;

/** A row of the notices and its values: plain JSON. */
export type Notice = { [Kind in keyof Rows]: { readonly kind: Kind } & ValuesOf<Rows[Kind]> }[keyof Rows];

export function noticeText(notice: Notice, locale: string | null): string {
  const row = inLocale(noticeTexts, locale)[notice.kind] as (values: Notice) => string;
  return row(notice);
}
