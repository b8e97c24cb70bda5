import { Client, Events } from 'discord.js';
import { startLocalDiscord } from 'local-discord';
import { page } from 'local-discord/page';

const discord = await startLocalDiscord({ application: { name: 'Ping' }, examples: ['/ping'], page });
const client = new Client({ intents: [], rest: { api: discord.apiBase } });
client.on(Events.InteractionCreate, (i) => i.isChatInputCommand() && i.reply(`pong, ${i.user.displayName}`));
await client.login(discord.token);
await client.application?.commands.set([{ name: 'ping', description: 'Answers' }]);
console.log(`Open ${discord.url} and type /ping`);
