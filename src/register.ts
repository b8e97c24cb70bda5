import { type APIApplication, REST, Routes } from 'discord.js';
import { COMMANDS } from '../commands/index.ts';
import { loadEnvironment, readConfig } from './config.ts';
import { connectionFault } from './discord/connection-fault.ts';
import { type Registration, registerCommands } from './discord/register.ts';
import { ConfigError, messageOf } from './errors.ts';

/** `npm run register`: writes the commands to Discord and prints what changed. The bot writes them at every start, too. */
async function main(): Promise<void> {
  for (const warning of loadEnvironment()) console.error(warning);
  const { discord } = readConfig(process.env);
  if (!discord)
    throw new ConfigError(['DISCORD_TOKEN: expected a bot token to register commands with, got none']);
  const { created, changed, deleted } = await register(discord.token, discord.apiBase);
  const line = (what: string, names: readonly string[]): string => `${what}: ${names.join(', ') || 'none'}`;
  console.log([line('created', created), line('changed', changed), line('deleted', deleted)].join('\n'));
}

async function register(token: string, apiBase: string | null): Promise<Registration> {
  const rest = new REST(apiBase === null ? {} : { api: apiBase }).setToken(token);
  const definitions = COMMANDS.map(({ definition }) => definition);
  try {
    const { id } = (await rest.get(Routes.currentApplication())) as APIApplication;
    return await registerCommands(rest, id, definitions);
  } catch (error) {
    throw connectionFault(error, apiBase);
  }
}

main().catch((error: unknown) => {
  console.error(messageOf(error));
  process.exitCode = 1;
});
