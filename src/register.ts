import { type APIApplication, DiscordAPIError, REST, Routes } from 'discord.js';
import { config } from 'dotenv';
import { COMMANDS } from '../commands/index.ts';
import { readConfig } from './config.ts';
import { registerCommands } from './discord/register.ts';
import { ConfigError, messageOf } from './errors.ts';

/** `npm run register`: says what was written. The bot does the same whenever it starts. */
async function main(): Promise<void> {
  config({ quiet: true });
  const { discord } = readConfig(process.env);
  if (!discord)
    throw new ConfigError(['DISCORD_TOKEN: expected a bot token to register commands with, got none']);
  const rest = new REST(discord.apiBase === null ? {} : { api: discord.apiBase }).setToken(discord.token);
  const { id } = (await rest.get(Routes.currentApplication())) as APIApplication;
  const { created, changed, deleted } = await registerCommands(
    rest,
    id,
    COMMANDS.map(({ definition }) => definition),
  );
  const line = (what: string, names: readonly string[]): string => `${what}: ${names.join(', ') || 'none'}`;
  console.log([line('created', created), line('changed', changed), line('deleted', deleted)].join('\n'));
}

main().catch((error: unknown) => {
  const isRefused = error instanceof DiscordAPIError && error.status === 401;
  console.error(
    isRefused ? 'DISCORD_TOKEN: expected a valid token, Discord refused it; copy it again' : messageOf(error),
  );
  process.exitCode = 1;
});
