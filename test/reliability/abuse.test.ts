import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { describe, test } from 'node:test';
import { forgottenText } from '../../commands/forget.ts';
import { BotBench } from '../soak/process/bot-bench.ts';
import { endingWith, happens } from '../waiting.ts';
import { confirmed, customIds, finishedRiff, privateAnswer, privateMessage } from '../wire/bench/answers.ts';
import { WireBench } from '../wire/bench/wire-bench.ts';

const noProc = process.platform === 'linux' ? false : 'reads /proc';

describe('limits', () => {
  test('many accounts of one server share its places, and direct messages stay open', async () => {
    await using bench = await WireBench.open({ limits: { perGuildWaiting: 3 } });
    const { discord, life } = bench;
    discord.actAs('mika').command('riff', { prompt: 'runs' });
    await life.engine.renderNumber(1);
    for (let account = 0; account < 12; account += 1) {
      const { id } = discord.addMember(`account ${account}`);
      const command = discord.actAs(id).command('riff', { prompt: `riff ${account}` });
      if (account < 3) await discord.waitForOriginal(command, ({ content }) => content.includes('in line'));
      else assert.match(await privateAnswer(bench, command), /server has 3 riffs waiting/);
    }
    const direct = discord.actAs('noor', { channel: 'dm' }).command('riff', { prompt: 'elsewhere' });
    await discord.waitForOriginal(direct, ({ content }) => content.includes('in line'));
    const { waiting } = await life.queue.list({ kind: 'guild', guildId: discord.guildId });
    assert.equal(waiting.length, 3);
  });

  test('one account has the same places in all servers, private channels and direct messages together', async () => {
    await using bench = await WireBench.open({ limits: { perUserWaiting: 2 } });
    const { discord, life } = bench;
    discord.actAs('noor').command('riff', { prompt: 'runs' });
    await life.engine.renderNumber(1);
    for (const [index, channel] of ['music', 'elsewhere', 'dm', 'band practice', 'general'].entries()) {
      const command = discord.actAs('mika', { channel }).command('riff', { prompt: channel });
      if (index < 2) await discord.waitForOriginal(command, ({ content }) => content.includes('in line'));
      else assert.match(await privateAnswer(bench, command), /You have 2 riffs waiting/);
    }
  });

  test('Again, pressed without end, meets the limits of the one who presses', async () => {
    await using bench = await WireBench.open({ limits: { perUserWaiting: 2 } });
    const { discord, life } = bench;
    const { message, jobId } = await finishedRiff(bench, { prompt: 'jazz' });
    life.engine.isQuick = false;
    const answers = Array.from({ length: 10 }, () =>
      discord.actAs('noor').press(`1:again:${jobId}`, message.id),
    );
    await Promise.all(answers.map(({ answered }) => answered));
    await life.engine.renderNumber(2);
    // Those that came in together were counted together, so the one that runs by now has left a place.
    discord.actAs('noor').press(`1:again:${jobId}`, message.id);
    const noors = { kind: 'user', userId: discord.user('noor').id } as const;
    await happens('two that wait', async () => (await life.queue.list(noors)).waiting.length === 2);
    const last = discord.actAs('noor').press(`1:again:${jobId}`, message.id);
    assert.match(await privateAnswer(bench, last), /You have 2 riffs waiting/);
    const { waiting, running } = await life.queue.list(noors);
    assert.ok(waiting.length + running.length <= 3);
  });
});

describe('a prompt changes no file name, path or request', () => {
  const PROMPTS = [
    '../../../etc/passwd',
    'a"\r\nContent-Type: text/html\r\n\r\n<script>',
    'C:\\windows\\x\u0000.exe',
    '--boundary\r\nContent-Disposition: form-data; name="payload_json"\r\n\r\n{}',
    '\u202egnp.exe',
  ];
  for (const prompt of PROMPTS) {
    test(`${JSON.stringify(prompt)} makes two files with harmless names`, async () => {
      await using bench = await WireBench.open();
      const { message } = await finishedRiff(bench, { prompt });
      for (const { filename } of message.attachments)
        assert.match(filename, /^riff-[a-z0-9-]*4242\.(png|wav)$/);
      const upload = bench.discord.requests.findLast(({ files }) => files.length > 0);
      assert.deepEqual(
        upload?.files.map(({ field, contentType }) => [field, contentType]),
        [
          ['files[0]', 'image/png'],
          ['files[1]', 'audio/wav'],
        ],
      );
    });
  }
});

test('/forget, confirmed, takes the files from the disk at once, and the buttons that are left say so', async () => {
  await using bench = await WireBench.open();
  const { discord, life } = bench;
  const { message, jobId } = await finishedRiff(bench, { prompt: 'jazz' });
  const job = await life.queue.get(jobId);
  assert.ok(job?.state.kind === 'done');
  const { picture, wav } = job.state.files;
  assert.ok(existsSync(picture.path) && existsSync(wav.path));
  const mika = discord.actAs('mika');
  const question = await privateMessage(bench, mika.command('forget'));
  assert.equal(
    await confirmed(bench, mika, question),
    forgottenText({ jobs: 1, files: 2, presets: 0 }, 'en-US'),
  );
  assert.ok(!existsSync(picture.path) && !existsSync(wav.path));
  const [again = '', retext = ''] = customIds(message);
  for (const customId of [again, retext]) {
    assert.match(await privateAnswer(bench, discord.actAs('mika').press(customId, message.id)), /no longer/);
  }
});

test(
  "the engine's process does not inherit the bot's token",
  {
    skip: noProc,
    timeout: 120_000,
  },
  ({ signal }) =>
    endingWith(signal, async () => {
      await using bench = await BotBench.open();
      await bench.startBot();
      const [engine] = bench.engineChildren();
      const environment = readFileSync(`/proc/${engine}/environ`, 'utf8');
      assert.ok(environment.includes('DISCORD_API_BASE'));
      assert.ok(!environment.includes(bench.discord.token));
    }),
);
