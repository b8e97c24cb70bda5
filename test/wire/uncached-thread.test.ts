import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type ChatInputCommandInteraction, Events } from 'discord.js';
import { createManualClock } from 'local-discord/clock';
import type { BotParts } from '../../src/discord/command.ts';
import { connectDiscord } from '../../src/discord/connection.ts';
import { submitRiff } from '../../src/discord/submit-riff.ts';
import { createLog } from '../../src/log.ts';
import type { Admission, JobDraft } from '../../src/queue/job.ts';
import { SCRIPTED_ENGINE } from './bench/scripted-engine.ts';

const [ME, GUILD, MUSIC, THREAD, USER] = ['9', '8', '7', '6', '5'].map((digit) => digit.repeat(18));
const [VIEW, SEND, EMBED, ATTACH, SEND_IN_THREADS] = [10n, 11n, 14n, 15n, 38n].map((bit) => 1n << bit);
const clock = createManualClock();

/** A command in a thread that discord.js has never heard of: private, or archived when the bot started. */
async function commandIn(thread: object, permissions: bigint): Promise<ChatInputCommandInteraction> {
  const connection = connectDiscord({
    token: 'x',
    apiBase: null,
    shards: 'auto',
    clock,
    log: createLog('silent'),
  });
  const { client } = connection;
  Object.assign(client, { user: { id: ME }, application: { id: ME } });
  // discord.js has no public way to be fed with events.
  Reflect.get(client.guilds, '_add').call(client.guilds, {
    id: GUILD,
    members: [],
    channels: [{ id: MUSIC, type: 0, name: 'music', guild_id: GUILD, permission_overwrites: [] }],
    roles: [],
    emojis: [],
    stickers: [],
    threads: [],
  });
  const received = new Promise((resolve) => client.once(Events.InteractionCreate, resolve));
  Reflect.get(client, 'actions').InteractionCreate.handle({
    ...{ id: '1000000000000000000', application_id: ME, type: 2, token: 't', version: 1, locale: 'en-US' },
    ...{ guild_id: GUILD, channel_id: THREAD, channel: { id: THREAD, guild_id: GUILD, ...thread } },
    ...{ app_permissions: String(permissions), authorizing_integration_owners: { 0: GUILD }, context: 0 },
    ...{ attachment_size_limit: 10_485_760, entitlements: [] },
    member: { user: { id: USER, username: 'mika' }, roles: [], permissions: '0', flags: 0 },
    data: { id: '1', name: 'riff', type: 1, options: [{ name: 'prompt', type: 3, value: 'jazz' }] },
  });
  const interaction = (await received) as ChatInputCommandInteraction;
  interaction.reply = (async () => {}) as unknown as ChatInputCommandInteraction['reply'];
  await client.destroy();
  return interaction;
}

const FULL: Admission = {
  kind: 'refused',
  reason: 'queue_full',
  notice: { kind: 'queueFull', waiting: 1 },
  retryAfterMs: null,
  moderatorReason: '',
};

/** The draft that reaches the queue of a server that allows one channel. */
async function submitted(interaction: ChatInputCommandInteraction): Promise<JobDraft | undefined> {
  const drafts: JobDraft[] = [];
  const bot = {
    guildSettings: {
      get: () => ({ allowedChannelIds: [MUSIC], maxSteps: null, blockedWords: [], profile: null }),
    },
    queue: {
      enqueue: async (draft: JobDraft) => drafts.push(draft) && FULL,
    },
    limits: { perUserWaiting: 1, perGuildWaiting: 1, perUserPerHour: 1, totalWaiting: 1 },
    engineDescription: SCRIPTED_ENGINE,
    newSeed: () => 1,
    clock,
  } as unknown as BotParts;
  await submitRiff(interaction, () => ({ prompt: 'jazz' }), null, bot);
  return drafts[0];
}

const METADATA = {
  archived: false,
  auto_archive_duration: 60,
  archive_timestamp: '2026-01-01T00:00:00Z',
  locked: false,
};
const MAY_ANSWER = (VIEW ?? 0n) | (EMBED ?? 0n) | (ATTACH ?? 0n);

for (const type of [10, 11, 12]) {
  const thread = { type, name: 't', parent_id: MUSIC, thread_metadata: METADATA };
  test(`a thread (type ${type}) of an allowed channel is allowed although it was never seen`, async () => {
    const draft = await submitted(await commandIn(thread, MAY_ANSWER | (SEND_IN_THREADS ?? 0n)));
    assert.equal(draft?.target.channelId, THREAD);
    assert.equal(draft?.target.canPost, true);
  });

  test(`a thread (type ${type}) of another channel is not`, async () => {
    await assert.rejects(
      submitted(await commandIn({ ...thread, parent_id: '4'.repeat(18) }, MAY_ANSWER)),
      /I answer in/,
    );
  });

  test(`whether the bot may post in a thread (type ${type}) is a permission of its own`, async () => {
    const draft = await submitted(await commandIn(thread, MAY_ANSWER | (SEND ?? 0n)));
    assert.equal(draft?.target.canPost, false);
  });
}
