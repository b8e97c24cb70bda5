import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { userMention } from 'discord.js';
import { capitalized } from '../../src/discord/text.ts';
import { buttonTexts } from '../../src/messages/buttons.ts';
import { cancelTexts } from '../../src/messages/cancel.ts';
import { inputFaultsText } from '../../src/messages/input-faults.ts';
import { inLocale } from '../../src/messages/languages.ts';
import { modLogTexts } from '../../src/messages/mod-log.ts';
import { queueTexts } from '../../src/messages/queue.ts';
import { riffTexts } from '../../src/messages/riff.ts';
import { riffCardTexts } from '../../src/messages/riff-card.ts';
import { PRESET_NAME_LENGTH } from '../../src/riff/preset.ts';
import { isFinished, privateAnswer } from './bench/answers.ts';
import { WireBench } from './bench/wire-bench.ts';

describe('every user is answered in their own language', () => {
  test('with what is wrong, whether a command or a part below it says so', async () => {
    await using bench = await WireBench.open();
    const mika = bench.discord.actAs('mika');
    for (const locale of ['de', 'fr', 'en-GB', 'ja']) {
      mika.setLocale(locale);
      const answer = await privateAnswer(bench, mika.command('cancel'));
      assert.equal(answer, inLocale(cancelTexts, locale).nothingToCancel);
      const badName = await privateAnswer(bench, mika.command('preset remove', { name: '-x' }));
      const fault = { kind: 'noPresetName', most: PRESET_NAME_LENGTH.max, got: '"-x"' } as const;
      assert.equal(badName, inputFaultsText([fault], locale));
    }
  });
});

describe('what everybody in a server sees of a moderator’s act is in the server’s language', () => {
  for (const locale of ['de', 'fr']) {
    test(`the answer is in the moderator’s own: ${locale}`, async () => {
      await using bench = await WireBench.open();
      const { discord, life } = bench;
      await life.settings.update(discord.guildId, { modLogChannelId: discord.channelId('general') });
      const sol = discord.actAs('sol');
      sol.setLocale(locale);
      const text = inLocale(queueTexts, locale);
      const paused = await privateAnswer(bench, sol.command('queue pause', { reason: 'dinner' }));
      assert.ok(paused.startsWith(text.paused('').split('.')[0] ?? '?'), paused);
      const deed = modLogTexts.en.deeds['queue pause'](userMention(discord.user('sol').id));
      await discord.waitForMessage(({ content }) => content === `${deed}: dinner`, { channel: 'general' });
      assert.match(await privateAnswer(bench, sol.command('queue log')), new RegExp(deed));
      const noor = discord.actAs('noor');
      noor.setLocale(locale);
      const why = inLocale(riffCardTexts, locale).paused;
      const waiting = noor.command('riff', { prompt: 'jazz' });
      await discord.waitForOriginal(
        waiting,
        ({ content }) => content.includes(why) && content.includes('dinner'),
      );
      const listed = await privateAnswer(bench, sol.command('queue show'));
      assert.ok(listed.includes(why) && listed.includes(text.titled('jazz')), listed);
    });
  }
});

test('the translations of commands reach Discord, and a second start finds them unchanged', async () => {
  await using bench = await WireBench.open();
  const written = (): number =>
    bench.discord.requests.filter(({ method, path }) => method !== 'GET' && /\/commands/.test(path)).length;
  const first = written();
  const [sent] = bench.discord.requests.flatMap(({ body }) => {
    const command = body as { name?: string; name_localizations?: object } | null;
    return command?.name === 'cancel' ? [command.name_localizations] : [];
  });
  assert.deepEqual(sent, { de: cancelTexts.de.command.name, fr: cancelTexts.fr.command.name });
  await bench.stopBot();
  await bench.startBot();
  assert.equal(written(), first);
});

describe('a riff speaks the language of whoever asked for it', () => {
  for (const locale of ['de', 'fr']) {
    test(`from the queue to the sound, and after a restart: ${locale}`, async () => {
      await using bench = await WireBench.open();
      const { discord } = bench;
      const text = inLocale(riffCardTexts, locale);
      const mika = discord.actAs('mika');
      mika.command('riff', { prompt: 'runs' });
      await bench.life.engine.renderNumber(1);
      mika.setLocale(locale);
      const command = mika.command('riff', { prompt: 'jazz' });
      await discord.waitForOriginal(command, ({ content }) =>
        content.startsWith(text.waiting('jazz', 1, '')),
      );
      await bench.stopBot();
      // The language that the user has by then does not count: the answer stays in one language.
      mika.setLocale('en-US');
      await bench.startBot();
      const { engine } = bench.life;
      engine.isQuick = true;
      (await engine.renderNumber(1)).finish();
      const riff = await discord.waitForOriginal(command, isFinished);
      const embed = riff.embeds[0] as { description: string; fields: { name: string }[] };
      assert.ok(embed.description.startsWith(`**${text.prompt}** jazz`));
      const steps = capitalized(inLocale(riffTexts, locale).steps.name);
      assert.ok(embed.fields.some(({ name }) => name === steps));
      assert.match(JSON.stringify(riff.components), new RegExp(inLocale(buttonTexts, locale).retext));
    });
  }
});
