import { randomBytes } from 'node:crypto';
import {
  type CommandInteraction,
  DiscordjsErrorCodes,
  DiscordjsTypeError,
  type Interaction,
} from 'discord.js';
import { messageOf, RiffError, UserError } from '../errors.ts';
import { type InputFault, inputFaultsText } from '../messages/input-faults.ts';
import { inLocale } from '../messages/languages.ts';
import { refusalTexts } from '../messages/refusals.ts';
import { parseComponentId } from './buttons.ts';
import type { AnyCommand, BotParts, Command, ComponentHandler } from './command.ts';
import { ALREADY_ACKNOWLEDGED, isRefusedWith, UNKNOWN_INTERACTION } from './message-api.ts';
import { answerPrivately, type ComponentInteraction, replyTarget } from './reply.ts';
import { quotedText } from './text.ts';

/** Of a typed text in the sentence that refuses it. */
const GOT_LENGTH = 120;
/** Gateway events may arrive twice, so this many interactions are remembered. */
const REMEMBERED = 1000;
const MAX_SKEW_MS = 5000;

const MALFORMED_CALLS = new Set<unknown>([
  DiscordjsErrorCodes.CommandInteractionOptionEmpty,
  DiscordjsErrorCodes.CommandInteractionOptionNotFound,
  DiscordjsErrorCodes.CommandInteractionOptionType,
  DiscordjsErrorCodes.CommandInteractionOptionNoSubcommand,
  DiscordjsErrorCodes.ModalSubmitInteractionFieldNotFound,
  DiscordjsErrorCodes.ModalSubmitInteractionFieldType,
]);

/** Routes an interaction to the handler of its command, button or form. Never rejects. */
export function createDispatch(
  commands: readonly AnyCommand[],
  bot: BotParts,
): (interaction: Interaction) => Promise<void> {
  const byName = new Map(commands.map((command) => [command.definition.name, command]));
  const isNew = firstTimesOnly();
  const checkClock = clockCheck(bot);
  return async (interaction) => {
    if (!isNew(interaction.id)) return;
    checkClock(interaction.createdTimestamp);
    try {
      await route(interaction, byName, bot);
    } catch (error) {
      await explain(interaction, error, bot);
    }
  };
}

function firstTimesOnly(): (id: string) => boolean {
  const seen = new Set<string>();
  return (id) => {
    if (seen.has(id)) return false;
    seen.add(id);
    const [oldest] = seen;
    if (seen.size > REMEMBERED && oldest !== undefined) seen.delete(oldest);
    return true;
  };
}

/** Logs once that this machine's clock differs from Discord's: the bot works all the same, but log times and ETAs are off. */
function clockCheck({ clock, log }: BotParts): (discordTime: number) => void {
  let wasSaid = false;
  return (discordTime) => {
    const skewMs = clock.now() - discordTime;
    if (wasSaid || Math.abs(skewMs) <= MAX_SKEW_MS) return;
    wasSaid = true;
    log.warn(
      { skewMs },
      "this machine's clock differs from Discord's, or events arrive late; check the time synchronisation",
    );
  };
}

async function route(
  interaction: Interaction,
  byName: ReadonlyMap<string, AnyCommand>,
  bot: BotParts,
): Promise<void> {
  if (interaction.isCommand()) {
    await routeCommand(interaction, byName.get(interaction.commandName), bot);
  } else if (interaction.isAutocomplete()) {
    const command = byName.get(interaction.commandName);
    const choices = command && 'run' in command ? await command.autocomplete?.(interaction, bot) : [];
    await interaction.respond(choices ?? []);
  } else if (interaction.isButton() || interaction.isModalSubmit()) {
    await routeComponent(interaction, byName, bot);
  }
}

async function routeCommand(
  interaction: CommandInteraction,
  command: AnyCommand | undefined,
  bot: BotParts,
): Promise<void> {
  if (command && 'run' in command && interaction.isChatInputCommand()) {
    await command.run(interaction, bot);
  } else if (command && 'runOn' in command && interaction.isMessageContextMenuCommand()) {
    await command.runOn(interaction, bot);
  } else {
    throw new UserError(inLocale(refusalTexts, interaction.locale).unknownCommand);
  }
}

async function routeComponent(
  interaction: ComponentInteraction,
  byName: ReadonlyMap<string, AnyCommand>,
  bot: BotParts,
): Promise<void> {
  const id = parseComponentId(interaction.customId);
  const handler = id && handlerOf(id.action, byName);
  if (!id || !handler) {
    throw new UserError(inLocale(refusalTexts, interaction.locale).oldButton(bot.mention('riff')));
  }
  await handler(interaction, id.subject, bot);
}

function handlerOf(
  action: keyof NonNullable<Command['components']>,
  byName: ReadonlyMap<string, AnyCommand>,
): ComponentHandler | undefined {
  return byName.values().find(({ components }) => components?.[action])?.components?.[action];
}

/** A UserError is told in the user's language; any other error gets an id that is also in the log. */
async function explain(interaction: Interaction, error: unknown, bot: BotParts): Promise<void> {
  const userId = interaction.user.id;
  if (isRefusedWith(error, UNKNOWN_INTERACTION, ALREADY_ACKNOWLEDGED)) {
    bot.log.warn({ userId, error: messageOf(error) }, 'the interaction was over before it was answered');
    return;
  }
  const sentence = sentenceOf(error, interaction.locale) ?? faultSentence(interaction, error, bot);
  try {
    if (interaction.isAutocomplete()) await interaction.respond([]);
    else if (interaction.isRepliable()) await tell(interaction as ComponentInteraction, sentence, bot);
  } catch (answerError) {
    bot.log.warn({ userId, error: messageOf(answerError) }, 'an explanation could not be sent');
  }
}

/** An acknowledgement may have arrived although its request failed; then the answer has to be edited. */
async function tell(interaction: ComponentInteraction, sentence: string, bot: BotParts): Promise<void> {
  try {
    await answerPrivately(interaction, sentence);
  } catch (error) {
    if (!isRefusedWith(error, ALREADY_ACKNOWLEDGED)) throw error;
    await bot.messages.editAnswer(replyTarget(interaction, bot.clock.now()), { content: sentence });
  }
}

/** The user's mistake as a sentence; null: the fault is the bot's. */
function sentenceOf(error: unknown, locale: string): string | null {
  if (error instanceof UserError)
    return error.faults.length > 0 ? inputFaultsText(error.faults.map(quoted), locale) : error.message;
  // discord.js found an option or a field missing or of the wrong type: only a forged call has that.
  const isMalformed = error instanceof DiscordjsTypeError && MALFORMED_CALLS.has(error.code);
  return isMalformed ? inLocale(refusalTexts, locale).malformed : null;
}

/** What the user typed is shown as it stands, and formats nothing. */
function quoted(fault: InputFault): InputFault {
  if (!('got' in fault) || typeof fault.got !== 'string') return fault;
  return { ...fault, got: quotedText(fault.got, GOT_LENGTH) } as InputFault;
}

function faultSentence({ user, locale }: Interaction, error: unknown, bot: BotParts): string {
  const errorId = randomBytes(4).toString('hex');
  const stack = error instanceof Error ? error.stack : undefined;
  // Not the error object: a DiscordAPIError carries the whole request, prompt and token included.
  bot.log.error({ errorId, userId: user.id, error: messageOf(error), stack }, 'an interaction failed');
  const text = inLocale(refusalTexts, locale);
  const isStore = error instanceof RiffError && error.code === 'store_failed';
  return isStore ? text.storeFails(errorId) : text.fault(errorId);
}
