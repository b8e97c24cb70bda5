import { randomBytes } from 'node:crypto';
import { RESTJSONErrorCodes } from 'discord-api-types/v10';
import type { Clock } from '../clock.ts';
import { DiscordError } from '../discord-error.ts';
import { type NextId, snowflakeTime } from '../snowflake.ts';
import type { DiscordEvents } from './events.ts';
import type { Answer, AnsweredInteraction, Interaction, OpenModal } from './interaction.ts';
import type { Storage } from './storage.ts';

/** Source: interactions/receiving-and-responding. */
const FIRST_ANSWER_LIMIT_MS = 3000;
const TOKEN_LIFETIME_MS = 15 * 60_000;
/** Follow-ups allowed if only the user, not the guild, installed the app. */
const USER_INSTALL_FOLLOW_UPS = 5;

export type NewInteraction = Omit<Interaction, 'id' | 'token' | 'createdAt' | 'answered' | 'state'>;

export interface InteractionStoreParts {
  readonly clock: Clock;
  readonly nextId: NextId;
  readonly events: DiscordEvents;
  readonly storage: Storage;
}

/** The most open forms that are kept; the oldest are dropped. */
const OPEN_MODALS = 1000;

/** The interactions whose tokens are valid; applies Discord's deadlines. */
export class InteractionStore {
  readonly #byToken = new Map<string, Interaction>();
  readonly #settle = new Map<string, (answer: Answer) => void>();
  readonly #modals = new Map<string, OpenModal>();
  readonly #clock: Clock;
  readonly #nextId: NextId;
  readonly #events: DiscordEvents;
  readonly #storage: Storage;

  constructor({ clock, nextId, events, storage }: InteractionStoreParts) {
    this.#clock = clock;
    this.#nextId = nextId;
    this.#events = events;
    this.#storage = storage;
    for (const record of storage.records<AnsweredInteraction>('interaction')) this.#restore(record);
    this.#forgetExpired();
  }

  /** The number of interactions that are kept. */
  get size(): number {
    return this.#byToken.size;
  }

  open(fields: NewInteraction): Interaction {
    this.#forgetExpired();
    const { promise, resolve } = Promise.withResolvers<Answer>();
    const id = this.#nextId();
    const interaction: Interaction = {
      ...fields,
      id,
      token: createToken(id),
      createdAt: this.#clock.now(),
      answered: promise,
      state: { kind: 'waiting' },
    };
    this.#byToken.set(interaction.token, interaction);
    this.#settle.set(interaction.id, resolve);
    this.#clock.after(FIRST_ANSWER_LIMIT_MS, () => this.#fail(interaction));
    return interaction;
  }

  /** Throws 10062 for a wrong id or token and after three seconds, 40060 if the interaction is already answered. */
  requireUnanswered(id: string, token: string): Interaction {
    const interaction = this.#byToken.get(token);
    if (!interaction || interaction.id !== id) throw new DiscordError(RESTJSONErrorCodes.UnknownInteraction);
    if (interaction.state.kind === 'answered')
      throw new DiscordError(RESTJSONErrorCodes.InteractionHasAlreadyBeenAcknowledged);
    if (this.#ageMs(interaction) >= FIRST_ANSWER_LIMIT_MS) this.#fail(interaction);
    if (interaction.state.kind === 'failed') throw new DiscordError(RESTJSONErrorCodes.UnknownInteraction);
    return interaction;
  }

  /** Throws 10015 for an unknown token or an unanswered interaction, 50027 after fifteen minutes. */
  requireAnswered(token: string): AnsweredInteraction {
    const interaction = this.#byToken.get(token);
    if (!interaction)
      throw new DiscordError(
        this.#hasExpired(token) ? RESTJSONErrorCodes.InvalidWebhookToken : RESTJSONErrorCodes.UnknownWebhook,
      );
    if (this.#ageMs(interaction) >= TOKEN_LIFETIME_MS)
      throw new DiscordError(RESTJSONErrorCodes.InvalidWebhookToken);
    if (!isAnswered(interaction)) throw new DiscordError(RESTJSONErrorCodes.UnknownWebhook);
    return interaction;
  }

  answer(interaction: Interaction, answer: Answer, originalId: string | null): void {
    interaction.state = { kind: 'answered', answer, originalId, followUps: 0 };
    if (answer.kind === 'modal') this.#keepModal(answer.modal);
    // Choices and forms have no message that could be edited in a later run.
    if (originalId !== null) this.#save(interaction);
    this.#finish(interaction, answer);
  }

  /** Throws 40094 after five follow-ups if the app is not installed in the guild. */
  countFollowUp(interaction: AnsweredInteraction): void {
    const onlyUserInstalled = interaction.owners['0'] === undefined;
    if (onlyUserInstalled && interaction.state.followUps >= USER_INSTALL_FOLLOW_UPS)
      throw new DiscordError(RESTJSONErrorCodes.ThisInteractionHasHitTheMaximumNumberOfFollowUpMessages);
    interaction.state = { ...interaction.state, followUps: interaction.state.followUps + 1 };
    this.#save(interaction);
  }

  openModal(userId: string, customId: string): OpenModal | undefined {
    return this.#modals.get(modalKey({ userId, customId }));
  }

  closeModal(modal: OpenModal): void {
    this.#modals.delete(modalKey(modal));
  }

  #keepModal(modal: OpenModal): void {
    this.#modals.set(modalKey(modal), modal);
    const [oldest] = this.#modals.keys();
    if (this.#modals.size > OPEN_MODALS && oldest !== undefined) this.#modals.delete(oldest);
  }

  /** Saves `openedBy` without its own state and opener, which messages do not show. */
  #save(interaction: Interaction): void {
    const { openedBy } = interaction;
    const opener = openedBy && { ...openedBy, openedBy: null, state: { kind: 'failed' } };
    this.#storage.put('interaction', interaction.id, { ...interaction, openedBy: opener });
  }

  #restore(record: AnsweredInteraction): void {
    const answered = Promise.resolve(record.state.answer);
    this.#byToken.set(record.token, { ...record, answered });
  }

  #forgetExpired(): void {
    // Oldest first, so the loop ends at the first valid token.
    for (const interaction of this.#byToken.values()) {
      if (this.#ageMs(interaction) < TOKEN_LIFETIME_MS) return;
      this.#byToken.delete(interaction.token);
      this.#storage.delete('interaction', interaction.id);
    }
  }

  /** A token contains its creation time, so expired ones need not be kept. */
  #hasExpired(token: string): boolean {
    const id = idOfToken(token);
    return id !== null && this.#clock.now() - snowflakeTime(id) >= TOKEN_LIFETIME_MS;
  }

  #fail(interaction: Interaction): void {
    if (interaction.state.kind !== 'waiting') return;
    interaction.state = { kind: 'failed' };
    this.#finish(interaction, { kind: 'timeout' });
  }

  #finish(interaction: Interaction, answer: Answer): void {
    this.#settle.get(interaction.id)?.(answer);
    this.#settle.delete(interaction.id);
    this.#events.emit('interaction', interaction);
  }

  #ageMs(interaction: Interaction): number {
    return this.#clock.now() - interaction.createdAt;
  }
}

/** Has the form of Discord's tokens: the interaction's id and a secret, in base64url. */
function createToken(id: string): string {
  return Buffer.from(`interaction:${id}:${randomBytes(32).toString('base64url')}`).toString('base64url');
}

function idOfToken(token: string): string | null {
  const text = Buffer.from(token, 'base64url').toString('latin1');
  return /^interaction:(\d{1,20}):/.exec(text)?.[1] ?? null;
}

function isAnswered(interaction: Interaction): interaction is AnsweredInteraction {
  return interaction.state.kind === 'answered';
}

function modalKey({ userId, customId }: Pick<OpenModal, 'userId' | 'customId'>): string {
  return `${userId} ${customId}`;
}
