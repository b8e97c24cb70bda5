import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { APIEmbed } from 'discord.js';
import type { OptionValues } from 'local-discord/command-options';
import { wordsEmbeds } from '../../commands/help.ts';
import { MOST_PRESETS } from '../../commands/preset.ts';
import { actText } from '../../src/discord/record-act.ts';
import { presetTexts } from '../../src/messages/preset.ts';
import { riffTexts } from '../../src/messages/riff.ts';
import { ABILITIES } from '../abilities.ts';
import { customIds, finishedRiff, isFinished, privateAnswer, privateMessage } from './bench/answers.ts';
import { WireBench } from './bench/wire-bench.ts';

type UserName = 'mika' | 'noor' | 'sol';

/** The values that are proposed for an option while it is typed. */
async function proposed(
  { discord }: WireBench,
  user: UserName,
  [command, options, option]: readonly [string, OptionValues, string],
  channel = 'music',
): Promise<readonly unknown[]> {
  const answer = await discord.actAs(user, { channel }).autocomplete(command, options, option).answered;
  assert.equal(answer.kind, 'choices');
  return answer.kind === 'choices' ? answer.choices.map(({ value }) => value) : [];
}

describe('what can be typed', () => {
  test('a prompt is completed by the model’s words and the user’s own recent prompts', async () => {
    await using bench = await WireBench.open();
    await finishedRiff(bench, { prompt: 'My Piano dream' });
    await finishedRiff(bench, { prompt: 'piano of Noor' }, 'noor');
    const typed = ['riff', { prompt: 'jazz pia' }, 'prompt'] as const;
    assert.deepEqual(await proposed(bench, 'mika', typed), ['jazz pia', 'jazz piano', 'jazz pianist']);
    const own = await proposed(bench, 'mika', ['riff', { prompt: 'piano' }, 'prompt']);
    assert.deepEqual(own.slice(0, 2), ['piano', 'My Piano dream']);
    assert.ok(!own.includes('piano of Noor'));
    const negative = await proposed(bench, 'mika', ['riff', { negative: 'piano' }, 'negative']);
    assert.ok(!negative.includes('My Piano dream'));
    assert.deepEqual((await proposed(bench, 'mika', ['morph', { to: 'tech' }, 'to'])).slice(0, 2), [
      'tech',
      'techno',
    ]);
  });

  test('nothing is proposed that is too long for Discord or blocked in the server', async () => {
    await using bench = await WireBench.open();
    const { discord, life } = bench;
    await life.settings.update(discord.guildId, { blockedWords: ['techno'] });
    const long = `${'jazz '.repeat(18)}pia`;
    const typed = await proposed(bench, 'mika', ['riff', { prompt: long }, 'prompt']);
    assert.deepEqual(typed, [long, `${long}no`, `${long}nist`]);
    assert.deepEqual(await proposed(bench, 'mika', ['riff', { prompt: `${long} ${long}` }, 'prompt']), []);
    assert.ok(!(await proposed(bench, 'mika', ['riff', { prompt: '' }, 'prompt'])).includes('techno'));
    const elsewhere = await proposed(bench, 'mika', ['riff', { prompt: 'te' }, 'prompt'], 'dm');
    assert.ok(elsewhere.includes('techno'));
  });

  test('/help shows the model’s words, and its button makes a riff of them', async () => {
    await using bench = await WireBench.open();
    const mika = bench.discord.actAs('mika');
    bench.life.engine.isQuick = true;
    const help = await privateMessage(bench, mika.command('help'));
    const shown = (embeds: readonly unknown[]) =>
      (embeds as APIEmbed[]).flatMap(({ fields = [] }) => fields.map(({ name, value }) => [name, value]));
    assert.deepEqual(shown(help.embeds), shown(wordsEmbeds(ABILITIES.promptWords, 'en-US')));
    assert.ok(shown(help.embeds).some(([, value]) => value === 'jazz, techno'));
    await bench.discord.waitForOriginal(mika.press(customIds(help)[0] ?? '', help.id), isFinished);
    const { prompt } = bench.life.engine.renders[0]!.request;
    const { styles, instruments, moods, tempo } = ABILITIES.promptWords;
    for (const kind of [styles, instruments, moods, tempo])
      assert.ok(
        kind.some((word) => prompt.includes(word)),
        prompt,
      );
  });

  test('/surprise draws no word that the server has blocked', async () => {
    await using bench = await WireBench.open();
    const { discord, life } = bench;
    life.engine.isQuick = true;
    const { styles } = ABILITIES.promptWords;
    const [kept = '', ...blocked] = styles;
    await life.settings.update(discord.guildId, { blockedWords: blocked });
    await discord.waitForOriginal(discord.actAs('mika').command('surprise'), isFinished);
    assert.ok(life.engine.renders[0]?.request.prompt.startsWith(kept));
    await life.settings.update(discord.guildId, { blockedWords: [...styles] });
    assert.equal(
      await privateAnswer(bench, discord.actAs('mika').command('surprise')),
      riffTexts.en.tooManyBlocked,
    );
  });
});

describe('presets', () => {
  test('what is said beside a preset wins over it; the preset wins over the defaults', async () => {
    await using bench = await WireBench.open();
    const mika = bench.discord.actAs('mika');
    bench.life.engine.isQuick = true;
    const slowWalk = { name: ' Slow  Walk', prompt: 'jazz', bpm: 75, negative: 'vocals' };
    await privateAnswer(bench, mika.command('preset save', slowWalk));
    await bench.discord.waitForOriginal(mika.command('preset use', { name: 'slow walk' }), isFinished);
    await finishedRiff(bench, { preset: 'Slow Walk', prompt: 'techno', bpm: 125 });
    const made = bench.life.engine.renders.map(({ request }) => [
      request.prompt,
      request.bpm,
      request.negativePrompt,
    ]);
    assert.deepEqual(made, [
      ['jazz', 75, 'vocals'],
      ['techno', 125, 'vocals'],
    ]);
    const unknown = await privateAnswer(bench, mika.command('riff', { prompt: 'x', preset: 'nowhere' }));
    assert.match(unknown, /^preset: expected .*, got “nowhere”; /);
    await privateAnswer(bench, mika.command('preset save', { name: 'wordless', bpm: 75 }));
    const wordless = await privateAnswer(bench, mika.command('preset use', { name: 'wordless' }));
    assert.ok(wordless.startsWith(presetTexts.en.wordless('wordless', '')), wordless);
    assert.deepEqual(await proposed(bench, 'mika', ['preset use', { name: 'late' }, 'name']), ['late night']);
  });

  test('a preset without options takes those of the newest riff, without its seed', async () => {
    await using bench = await WireBench.open();
    const mika = bench.discord.actAs('mika');
    for (const nothing of [{}, { negative: '\u200b' }])
      assert.equal(
        await privateAnswer(bench, mika.command('preset save', { name: 'mine', ...nothing })),
        presetTexts.en.nothingToSave,
      );
    await finishedRiff(bench, { prompt: 'jazz', steps: 12, seed: 7 });
    await privateAnswer(bench, mika.command('preset save', { name: 'mine' }));
    await bench.discord.waitForOriginal(mika.command('preset use', { name: 'mine' }), isFinished);
    const { seed: first, ...before } = bench.life.engine.renders[0]!.request;
    const { seed: second, ...after } = bench.life.engine.renders[1]!.request;
    assert.deepEqual(after, before);
    assert.deepEqual([first, second], [7, 4242]);
  });

  test('one’s own, the server’s and the built-in ones are proposed, each where it may be chosen', async () => {
    await using bench = await WireBench.open();
    const { discord } = bench;
    const save = async (user: UserName, options: OptionValues) =>
      privateAnswer(bench, discord.actAs(user).command('preset save', { bpm: 90, ...options }));
    await save('mika', { name: 'late morning' });
    await save('sol', { name: 'late show', server: true });
    const typed = ['riff', { preset: 'late' }, 'preset'] as const;
    assert.deepEqual(await proposed(bench, 'mika', typed), ['late morning', 'late show', 'late night']);
    assert.deepEqual(await proposed(bench, 'noor', typed), ['late show', 'late night']);
    assert.deepEqual(await proposed(bench, 'mika', typed, 'dm'), ['late morning', 'late night']);
    assert.deepEqual(await proposed(bench, 'noor', typed, 'elsewhere'), ['late night']);
    const noor = discord.actAs('noor');
    noor.setLocale('de');
    const german = presetTexts.de.builtInNames['quick sketch'];
    assert.ok((await privateAnswer(bench, noor.command('preset list'))).includes(german));
    for (const name of [german, 'quick sketch']) {
      const found = await privateAnswer(bench, noor.command('preset use', { name }));
      assert.ok(found.startsWith(presetTexts.de.wordless(name, '').split('`')[0] ?? '?'), found);
    }
    const list = await privateAnswer(bench, discord.actAs('mika').command('preset list'));
    for (const name of ['late morning', 'late show', 'late night']) assert.match(list, new RegExp(name));
    const remove = ['preset remove', { name: '' }, 'name'] as const;
    assert.deepEqual(await proposed(bench, 'mika', remove), ['late morning']);
    assert.deepEqual(await proposed(bench, 'sol', ['preset remove', { server: true, name: '' }, 'name']), [
      'late show',
    ]);
  });

  test('the server’s are for its moderators alone to save and remove, which is written down', async () => {
    await using bench = await WireBench.open();
    const { discord, life } = bench;
    const ofServer = { name: 'show', server: true };
    const answerTo = (user: UserName, verb: string, options: OptionValues, channel = 'music') =>
      privateAnswer(
        bench,
        discord.actAs(user, { channel, unchecked: true }).command(`preset ${verb}`, options),
      );
    assert.match(await answerTo('mika', 'save', { ...ofServer, bpm: 90 }), /needs the permission/);
    assert.match(await answerTo('sol', 'save', { ...ofServer, bpm: 90 }, 'dm'), /in a server only/);
    assert.match(await answerTo('sol', 'save', { ...ofServer, bpm: 90 }), /Saved \*\*show\*\*/);
    assert.match(await answerTo('mika', 'remove', ofServer), /needs the permission/);
    assert.equal(await answerTo('sol', 'remove', ofServer), presetTexts.en.removed('show'));
    const acts = (await life.auditTrail.newest(discord.guildId, 5)).map((entry) => actText(entry, 'en-US'));
    const sol = `<@${discord.user('sol').id}>`;
    assert.deepEqual(acts, [
      `${sol} removed a preset of the server (show)`,
      `${sol} saved a preset of the server (show)`,
    ]);
  });

  test('names, blocked words and the number of presets are checked', async () => {
    await using bench = await WireBench.open();
    const { discord, life } = bench;
    await life.settings.update(discord.guildId, { blockedWords: ['bagpipes'] });
    const mika = discord.actAs('mika');
    const save = (options: OptionValues) => privateAnswer(bench, mika.command('preset save', options));
    assert.match(await save({ name: '@everyone', bpm: 90 }), /^name: expected/);
    assert.equal(await save({ name: 'bagpipes', bpm: 90 }), presetTexts.en.blockedWord);
    assert.equal(await save({ name: 'ok', prompt: 'b4gpipes' }), presetTexts.en.blockedWord);
    for (let n = 0; n < MOST_PRESETS.user; n++)
      await life.presets.save(
        { kind: 'user', userId: discord.user('mika').id },
        { name: `n${n}`, preset: {} },
        99,
      );
    assert.equal(await save({ name: 'one more', bpm: 90 }), presetTexts.en.youHaveMost(MOST_PRESETS.user));
  });
});
