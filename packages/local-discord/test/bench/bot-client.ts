import { Client, Events, GatewayIntentBits, type Interaction } from 'discord.js';
import type { LocalDiscord } from '../../src/local-discord.ts';

/** A real discord.js client, pointed at the local Discord and ready. Its faults fail the test that closes it. */
export interface TestBot {
  readonly client: Client<true>;
  close(): Promise<void>;
}

export async function connectBot(
  local: LocalDiscord,
  onInteraction: (interaction: Interaction) => Promise<unknown> = async () => undefined,
): Promise<TestBot> {
  const client = new Client({
    intents: [GatewayIntentBits.Guilds],
    rest: { api: local.apiBase, retries: 3 },
  });
  const faults: Error[] = [];
  client.on(Events.Error, (fault) => faults.push(fault));
  client.on(Events.InteractionCreate, (interaction) => {
    onInteraction(interaction).catch((fault: Error) => faults.push(fault));
  });
  const ready = new Promise<Client<true>>((resolve) => client.once(Events.ClientReady, resolve));
  await client.login(local.token);
  return {
    client: await ready,
    close: async () => {
      await client.destroy();
      if (faults.length > 0)
        throw new AggregateError(faults, faults.map((fault) => fault.message).join('; '));
    },
  };
}

export interface ApiReply {
  readonly status: number;
  readonly headers: Headers;
  // biome-ignore lint/suspicious/noExplicitAny: answers of many shapes, read by assertions only
  readonly body: any;
}

/** One raw request of the API, as the bot. */
export async function askApi(
  local: LocalDiscord,
  method: string,
  path: string,
  body?: unknown,
): Promise<ApiReply> {
  const response = await fetch(`${local.apiBase}/v10${path}`, {
    method,
    headers: {
      authorization: `Bot ${local.token}`,
      ...(body === undefined || body instanceof FormData ? {} : { 'content-type': 'application/json' }),
    },
    ...(body === undefined ? {} : { body: body instanceof FormData ? body : JSON.stringify(body) }),
  });
  const text = await response.text();
  return { status: response.status, headers: response.headers, body: text ? JSON.parse(text) : null };
}

/** A message with files as discord.js sends it. */
export function formWith(
  payload: unknown,
  files: Readonly<Record<string, Uint8Array<ArrayBuffer>>>,
): FormData {
  const form = new FormData();
  form.set('payload_json', JSON.stringify(payload));
  Object.entries(files).forEach(([name, bytes], index) => {
    form.set(`files[${index}]`, new File([bytes], name));
  });
  return form;
}
