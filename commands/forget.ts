import {
  ApplicationCommandType,
  ApplicationIntegrationType,
  type ChatInputCommandInteraction,
  InteractionContextType,
  MessageFlags,
} from 'discord.js';
import type { BotParts, Command, CommandDefinition } from '../src/discord/command.ts';
import { answerPrivately } from '../src/discord/private-answer.ts';

const definition = {
  type: ApplicationCommandType.ChatInput,
  name: 'forget',
  description: 'Delete your riffs, prompts and files from this bot, and cancel what still waits',
  integration_types: [ApplicationIntegrationType.GuildInstall, ApplicationIntegrationType.UserInstall],
  contexts: [
    InteractionContextType.Guild,
    InteractionContextType.BotDM,
    InteractionContextType.PrivateChannel,
  ],
} satisfies CommandDefinition;

export const forget: Command = { definition, run };

async function run(interaction: ChatInputCommandInteraction, bot: BotParts): Promise<void> {
  await interaction.deferReply({ flags: MessageFlags.Ephemeral });
  const { jobs, files } = await bot.queue.forgetUser(interaction.user.id);
  const sentence = `Deleted: ${counted(jobs, 'riff')} with prompts and settings, ${counted(files, 'file')}. Messages already sent stay in Discord until you delete them; blocks and the moderators' record stay.`;
  await answerPrivately(interaction, sentence);
}

function counted(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`;
}
