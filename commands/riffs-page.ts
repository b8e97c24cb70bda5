import { ButtonStyle } from 'discord.js';
import { type ButtonRows, pageButton, rowOf } from '../src/discord/buttons.ts';
import type { BotParts } from '../src/discord/command.ts';
import { finishedRiff } from '../src/discord/finished-riff.ts';
import type { MessageContent } from '../src/discord/message-api.ts';
import { relativeTime } from '../src/discord/text.ts';
import { inLocale } from '../src/messages/languages.ts';
import { riffsTexts } from '../src/messages/riffs.ts';
import type { ReplyTarget } from '../src/queue/job.ts';
import type { HistoryEntry, HistoryStep } from '../src/queue/ports.ts';

/** What a page shows. It is in the buttons, which thus work after a restart. */
interface PageSubject {
  readonly jobId: string;
  readonly favouritesOnly: boolean;
}

/** Who reads the page, and where. */
interface Reader {
  readonly userId: string;
  readonly target: ReplyTarget;
}

const KINDS = { all: 'all', favourites: 'fav' } as const;
/** A page without a riff. No job has this id. */
const NONE = 'none';

function subjectText({ jobId, favouritesOnly }: PageSubject): string {
  return `${favouritesOnly ? KINDS.favourites : KINDS.all}-${jobId}`;
}

export function parseSubject(subject: string): PageSubject {
  const [kind, ...id] = subject.split('-');
  return { jobId: id.join('-'), favouritesOnly: kind === KINDS.favourites };
}

/** The page that the step leads to, or that of the newest riff if it is gone. */
export async function pageAt(
  step: HistoryStep,
  favouritesOnly: boolean,
  reader: Reader,
  bot: BotParts,
): Promise<MessageContent> {
  const find = (to: HistoryStep) => bot.history.find(reader.userId, to, favouritesOnly);
  const entry = (await find(step)) ?? (await find({ kind: 'newest' }));
  return entry ? pageOf(entry, favouritesOnly, reader, bot) : emptyPage(favouritesOnly, reader);
}

async function pageOf(
  entry: HistoryEntry,
  favouritesOnly: boolean,
  reader: Reader,
  bot: BotParts,
): Promise<MessageContent> {
  const { job } = entry;
  const { target } = reader;
  const riff = await finishedRiff({ ...job, target }, job.state.files, bot.results);
  const content = headOf(entry, favouritesOnly, riff === null, reader);
  return { ...riff, content, components: pageButtons(entry, favouritesOnly, riff === null, target.locale) };
}

function headOf(
  { job, isFavourite, number, total }: HistoryEntry,
  favouritesOnly: boolean,
  isGone: boolean,
  { target }: Reader,
): string {
  const text = inLocale(riffsTexts, target.locale);
  const when = relativeTime(job.createdAt);
  const place = favouritesOnly ? text.favouritePlace : text.place;
  const lines = [place(number, total, when)];
  if (isFavourite && !favouritesOnly) lines.push(text.isFavourite);
  if (isGone) lines.push(text.filesGone);
  if (target.context !== 'guild' && !isGone) lines.push(`-# ${text.shareHint}`);
  return lines.join('\n');
}

function pageButtons(
  { job, isFavourite, number, total }: HistoryEntry,
  favouritesOnly: boolean,
  isGone: boolean,
  locale: string,
): ButtonRows {
  const { buttons: label } = inLocale(riffsTexts, locale);
  const subject = subjectText({ jobId: job.id, favouritesOnly });
  const star = isFavourite ? label.noFavourite : label.favourite;
  return [
    ...rowOf(
      pageButton('previous', subject, label.previous, { isDisabled: number === 1 }),
      pageButton('next', subject, label.next, { isDisabled: number === total }),
      pageButton('favourite', subject, star, {
        style: isFavourite ? ButtonStyle.Primary : ButtonStyle.Secondary,
      }),
      pageButton('repost', subject, label.repost, { isDisabled: isGone }),
      pageButton('discard', subject, label.discard, { style: ButtonStyle.Danger }),
    ),
    ...otherKindRow(job.id, favouritesOnly, locale),
  ];
}

/** Leads from all riffs to the favourites, and back. */
function otherKindRow(jobId: string, favouritesOnly: boolean, locale: string): ButtonRows {
  const { buttons: label } = inLocale(riffsTexts, locale);
  const subject = subjectText({ jobId, favouritesOnly: !favouritesOnly });
  return rowOf(pageButton('page', subject, favouritesOnly ? label.all : label.favourites));
}

function emptyPage(favouritesOnly: boolean, { target: { locale } }: Reader): MessageContent {
  const text = inLocale(riffsTexts, locale);
  if (favouritesOnly) return { content: text.noFavourites, components: otherKindRow(NONE, true, locale) };
  return { content: text.none };
}

/** Replaces the page until one of its buttons is pressed. */
export function deleteQuestion(subject: string, locale: string): MessageContent {
  const { deleteQuestion: content, buttons: label } = inLocale(riffsTexts, locale);
  const components = rowOf(
    pageButton('erase', subject, label.erase, { style: ButtonStyle.Danger }),
    pageButton('page', subject, label.keep),
  );
  return { content, components };
}
