import {
  ApplicationCommandType,
  ApplicationIntegrationType,
  type ChatInputCommandInteraction,
  InteractionContextType,
} from 'discord.js';
import type { BotParts, Command, CommandDefinition } from '../src/discord/command.ts';
import { answerPrivately } from '../src/discord/private-answer.ts';
import { quotedText } from '../src/discord/safe-text.ts';

const definition = {
  type: ApplicationCommandType.ChatInput,
  name: 'help',
  description: 'What this bot does, and what it reads',
  integration_types: [ApplicationIntegrationType.GuildInstall, ApplicationIntegrationType.UserInstall],
  contexts: [
    InteractionContextType.Guild,
    InteractionContextType.BotDM,
    InteractionContextType.PrivateChannel,
  ],
} satisfies CommandDefinition;

export const help: Command = { definition, run };

async function run(interaction: ChatInputCommandInteraction, bot: BotParts): Promise<void> {
  await answerPrivately(interaction, helpText(bot));
}

function helpText({ mention, engineDescription, limitsFor }: BotParts): string {
  const { model, clipMs, defaults } = engineDescription;
  const { perUserWaiting, perUserPerHour } = limitsFor(null);
  return [
    `${mention('riff')} turns a description into ${(clipMs / 1000).toFixed(1)} seconds of music, with the spectrogram it was painted as.`,
    `The model is ${quotedText(model, 100)}; it takes ${defaults.steps} steps unless you say otherwise. The same words, seed, steps, guidance and scheduler make the same riff again.`,
    `${mention('cancel')} stops your own riff. One person may have ${perUserWaiting} waiting and ${perUserPerHour} an hour; a server may allow fewer.`,
    `Moderators: ${mention('queue show')} and its neighbours; ${mention('settings show')} for the server's rules.`,
    `Privacy: this bot reads only what you type into its commands. ${mention('forget')} deletes what it kept of yours.`,
  ].join('\n');
}
