import { randomBytes } from 'node:crypto';
import type { Clock } from '../clock.ts';
import type { Feed } from '../feed.ts';
import { DiscordError } from '../rest/discord-error.ts';
import type { NextId } from '../snowflake.ts';
import type { Answer, AnsweredInteraction, Interaction, OpenModal } from './interaction.ts';

/** Source: interactions/receiving-and-responding. */
export const FIRST_ANSWER_LIMIT_MS = 3000;
export const TOKEN_LIFETIME_MS = 15 * 60_000;
/** Where only the person installed the app, not the server. */
const USER_INSTALL_FOLLOW_UPS = 5;

export type NewInteraction = Pick<
  Interaction,
  'type' | 'userId' | 'channelId' | 'guildId' | 'commandName' | 'sourceMessageId' | 'openedBy' | 'owners'
>;

/** Every interaction, with Discord's deadlines on its token. */
export class InteractionDesk {
  readonly #byToken = new Map<string, Interaction>();
  readonly #settle = new Map<string, (answer: Answer) => void>();
  readonly #modals = new Map<string, OpenModal>();
  readonly #clock: Clock;
  readonly #nextId: NextId;
  readonly #feed: Feed;

  constructor(clock: Clock, nextId: NextId, feed: Feed) {
    this.#clock = clock;
    this.#nextId = nextId;
    this.#feed = feed;
  }

  open(fields: NewInteraction): Interaction {
    const { promise, resolve } = Promise.withResolvers<Answer>();
    const interaction: Interaction = {
      ...fields,
      id: this.#nextId(),
      token: randomBytes(48).toString('base64url'),
      createdAt: this.#clock.now(),
      answered: promise,
      state: { kind: 'waiting' },
    };
    this.#byToken.set(interaction.token, interaction);
    this.#settle.set(interaction.id, resolve);
    this.#clock.after(FIRST_ANSWER_LIMIT_MS, () => this.#fail(interaction));
    return interaction;
  }

  /** Throws 10062 for a wrong id or token and after three seconds, 40060 when the first answer is already there. */
  requireUnanswered(id: string, token: string): Interaction {
    const interaction = this.#byToken.get(token);
    if (!interaction || interaction.id !== id) throw new DiscordError(10062);
    if (interaction.state.kind === 'answered') throw new DiscordError(40060);
    if (this.#ageMs(interaction) >= FIRST_ANSWER_LIMIT_MS) this.#fail(interaction);
    if (interaction.state.kind === 'failed') throw new DiscordError(10062);
    return interaction;
  }

  /** Throws 10015 for a token that never was or was never answered, 50027 after fifteen minutes. */
  requireAnswered(token: string): AnsweredInteraction {
    const interaction = this.#byToken.get(token);
    if (!interaction) throw new DiscordError(10015);
    if (this.#ageMs(interaction) >= TOKEN_LIFETIME_MS) throw new DiscordError(50027);
    if (!isAnswered(interaction)) throw new DiscordError(10015);
    return interaction;
  }

  answer(interaction: Interaction, answer: Answer, originalId: string | null): void {
    interaction.state = { kind: 'answered', answer, originalId, followUps: 0 };
    if (answer.kind === 'modal') this.#modals.set(modalKey(answer.modal), answer.modal);
    this.#finish(interaction, answer);
  }

  /** Throws 40094 past five where the app is not installed in the server. */
  countFollowUp(interaction: AnsweredInteraction): void {
    const onlyUserInstalled = interaction.owners['0'] === undefined;
    if (onlyUserInstalled && interaction.state.followUps >= USER_INSTALL_FOLLOW_UPS)
      throw new DiscordError(40094);
    interaction.state = { ...interaction.state, followUps: interaction.state.followUps + 1 };
  }

  openModal(userId: string, customId: string): OpenModal | undefined {
    return this.#modals.get(modalKey({ userId, customId }));
  }

  closeModal(modal: OpenModal): void {
    this.#modals.delete(modalKey(modal));
  }

  #fail(interaction: Interaction): void {
    if (interaction.state.kind !== 'waiting') return;
    interaction.state = { kind: 'failed' };
    this.#finish(interaction, { kind: 'timeout' });
  }

  #finish(interaction: Interaction, answer: Answer): void {
    this.#settle.get(interaction.id)?.(answer);
    this.#settle.delete(interaction.id);
    this.#feed.emit('interaction', interaction);
  }

  #ageMs(interaction: Interaction): number {
    return this.#clock.now() - interaction.createdAt;
  }
}

function isAnswered(interaction: Interaction): interaction is AnsweredInteraction {
  return interaction.state.kind === 'answered';
}

function modalKey({ userId, customId }: Pick<OpenModal, 'userId' | 'customId'>): string {
  return `${userId} ${customId}`;
}
