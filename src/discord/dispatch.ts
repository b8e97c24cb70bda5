import { randomBytes } from 'node:crypto';
import { DiscordAPIError, type Interaction } from 'discord.js';
import { messageOf, UserError } from '../errors.ts';
import type { BotParts, Command, ComponentHandler, ComponentInteraction } from './command.ts';
import { parseComponentId } from './component-id.ts';
import { answerPrivately } from './private-answer.ts';

/** Unknown interaction, already acknowledged: Discord no longer takes any answer to this one. */
const PAST_ANSWERING = new Set<number | string>([10_062, 40_060]);

/** From an interaction to the handler of its command, button or form. Never rejects. */
export function createDispatch(
  commands: readonly Command[],
  bot: BotParts,
): (interaction: Interaction) => Promise<void> {
  const byName = new Map(commands.map((command) => [command.definition.name, command]));
  return async (interaction) => {
    try {
      await route(interaction, byName, bot);
    } catch (error) {
      await explain(interaction, error, bot);
    }
  };
}

async function route(
  interaction: Interaction,
  byName: ReadonlyMap<string, Command>,
  bot: BotParts,
): Promise<void> {
  if (interaction.isChatInputCommand()) {
    const command = byName.get(interaction.commandName);
    if (!command)
      throw new UserError('I no longer know this command. Discord shows the new list in a moment.');
    await command.run(interaction, bot);
  } else if (interaction.isAutocomplete()) {
    const choices = await byName.get(interaction.commandName)?.autocomplete?.(interaction, bot);
    await interaction.respond(choices ?? []);
  } else if (interaction.isButton() || interaction.isModalSubmit()) {
    await routeComponent(interaction, byName, bot);
  }
}

async function routeComponent(
  interaction: ComponentInteraction,
  byName: ReadonlyMap<string, Command>,
  bot: BotParts,
): Promise<void> {
  const id = parseComponentId(interaction.customId);
  const handler = id.kind === 'known' ? handlerOf(id.action, byName) : undefined;
  if (id.kind === 'unknown' || !handler) {
    throw new UserError(
      `This button is from another version of me. Start a new riff with ${bot.mention('riff')}.`,
    );
  }
  await handler(interaction, id.subject, bot);
}

function handlerOf(
  action: keyof NonNullable<Command['components']>,
  byName: ReadonlyMap<string, Command>,
): ComponentHandler | undefined {
  return byName.values().find(({ components }) => components?.[action])?.components?.[action];
}

/** What the person did wrong is told as it is; a fault gets an id that stands in the log as well. */
async function explain(interaction: Interaction, error: unknown, bot: BotParts): Promise<void> {
  const userId = interaction.user.id;
  if (error instanceof DiscordAPIError && PAST_ANSWERING.has(error.code)) {
    bot.log.warn({ userId, error: error.message }, 'the interaction was over before it was answered');
    return;
  }
  const sentence = error instanceof UserError ? error.message : faultSentence(userId, error, bot);
  try {
    if (interaction.isAutocomplete()) await interaction.respond([]);
    else if (interaction.isRepliable()) await answerPrivately(interaction as ComponentInteraction, sentence);
  } catch (answerError) {
    bot.log.warn({ userId, error: messageOf(answerError) }, 'an explanation could not be sent');
  }
}

function faultSentence(userId: string, error: unknown, bot: BotParts): string {
  const errorId = randomBytes(4).toString('hex');
  const stack = error instanceof Error ? error.stack : undefined;
  // Not the error itself: one of Discord's carries the whole request, prompt and token included.
  bot.log.error({ errorId, userId, error: messageOf(error), stack }, 'an interaction failed');
  return `Something went wrong on my side (error ${errorId}). Please try again; if it stays, tell the bot's owner this id.`;
}
