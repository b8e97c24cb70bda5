import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { cancelTexts } from '../../src/messages/cancel.ts';
import { inLocale } from '../../src/messages/languages.ts';
import { privateAnswer } from './bench/answers.ts';
import { WireBench } from './bench/wire-bench.ts';

describe('every user is answered in their own language', () => {
  test('a refusal', async () => {
    await using bench = await WireBench.open();
    const mika = bench.discord.actAs('mika');
    for (const locale of ['de', 'fr', 'en-GB', 'ja']) {
      mika.setLocale(locale);
      const answer = await privateAnswer(bench, mika.command('cancel'));
      assert.equal(answer, inLocale(cancelTexts, locale).nothingToCancel);
    }
  });
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
