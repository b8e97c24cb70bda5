import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { MessageFlags } from 'discord.js';
import fc from 'fast-check';
import type { Message } from 'local-discord/message';
import { refusalTexts } from '../../src/messages/refusals.ts';
import { isFinished, privateAnswer } from './bench/answers.ts';
import { WireBench } from './bench/wire-bench.ts';

/** `FUZZ_RUNS=3000 node --test …` for a longer run over the wire; each run is a whole riff. */
const WIRE_RUNS = Number(process.env.FUZZ_RUNS ?? 60);

const HOSTILE_BITS = [
  '@everyone',
  '@here',
  '<@900000000000000012>',
  '<@&900000000000000121>',
  '<#900000000000000101>',
  '</riff:1>',
  '<t:0:R>',
  '<:x:1>',
  '[text](https://example.org)',
  'https://example.org/@everyone',
  '||spoiler||',
  '**bold**',
  '```js\n```',
  '\\',
  '../../etc/passwd',
  '%2e%2e%2f',
  'a"; filename="x.exe',
  '\r\nX-Injected: 1',
  '\u202etxt.wav\u202c',
  '\u200b\u200d\ufeff',
  '\0\u0007\u001b[31m',
  '\ud800',
  '\udfff',
  '👩‍👩‍👧‍👦🇩🇪',
  'z̷̡͇̈́a̶l̵g̸o̶',
  '# heading',
  '-# small',
  '> quote',
  'attachment://x.png',
  '1:delete:x',
  '{{x}}',
  "'; DROP TABLE jobs; --",
];

const hostileText = fc
  .array(fc.oneof(fc.constantFrom(...HOSTILE_BITS), fc.string({ unit: 'binary', maxLength: 20 })), {
    maxLength: 30,
  })
  .map((bits) => bits.join(' '));
const longText = fc
  .constantFrom('a', '@everyone ', '\\', '*', '👻', '\u200b')
  .map((bit) => bit.repeat(6000).slice(0, 6000));
/** Private, and no longer thinking. */
const isSaid = ({ visibleTo, flags }: Message): boolean =>
  visibleTo !== null && (flags & MessageFlags.Loading) === 0;

const anyText = fc.oneof({ weight: 8, arbitrary: hostileText }, { weight: 1, arbitrary: longText });

describe('hostile prompts over the wire', () => {
  test('end as a riff that pings nobody or as a private sentence, never as a crash', async () => {
    await using bench = await WireBench.open({ limits: { perUserPerHour: 1_000_000 } });
    const { discord, life } = bench;
    life.engine.isQuick = true;
    const mika = discord.actAs('mika', { unchecked: true });
    await fc.assert(
      fc.asyncProperty(anyText, anyText, async (prompt, negative) => {
        const command = mika.command('riff', { prompt, negative });
        const answer = await discord.waitForMessage(
          (message) =>
            message.origin?.interactionId === command.id && (isFinished(message) || isSaid(message)),
        );
        assert.doesNotMatch(answer.content, /Something went wrong/);
        assert.deepEqual(answer.mentionedUserIds, []);
        assert.ok(!answer.mentionsEveryone);
        for (const { filename } of answer.attachments) assert.match(filename, /^[a-z0-9-]+\.(png|wav)$/);
      }),
      { numRuns: WIRE_RUNS },
    );
    assert.ok(!bench.logLines.some((line) => JSON.parse(line).level >= 50), bench.logLines.join(''));
  });

  test('a blocked word comes through in no dress, in neither text', async () => {
    await using bench = await WireBench.open();
    const { discord, life } = bench;
    await life.settings.update(discord.guildId, { blockedWords: ['forbidden', 'bad *thing'] });
    const dressed = [
      'forbidden',
      'FORBIDDEN',
      'f o r b i d d e n',
      'forb1dden',
      'f\u200borbidden',
      'ｆｏｒｂｉｄｄｅｎ',
      'a bad, bad nothing',
    ];
    for (const words of dressed) {
      for (const options of [{ prompt: words }, { prompt: 'fine', negative: words }]) {
        const told = await privateAnswer(bench, discord.actAs('mika').command('riff', options));
        assert.equal(told, refusalTexts.en.blockedWord, words);
      }
    }
    assert.equal(life.engine.renders.length, 0);
  });

  test('a text that is refused stands in the refusal and formats nothing', async () => {
    await using bench = await WireBench.open();
    const mika = bench.discord.actAs('mika', { unchecked: true });
    const typed = '@everyone `x` \u202e';
    for (const [command, options] of [
      ['preset remove', { name: typed }],
      ['riff', { prompt: 'x', scheduler: typed }],
    ] as const)
      assert.match(
        await privateAnswer(bench, mika.command(command, options)),
        /got "\\@everyone \\`x\\` "/,
        command,
      );
  });

  test('the limits that Discord shows are checked for calls that pass it by', async () => {
    await using bench = await WireBench.open();
    const mika = bench.discord.actAs('mika', { unchecked: true });
    const cases = [
      [{ prompt: 'x'.repeat(1001) }, /prompt: expected at most 1000/],
      [{ prompt: ' ' }, /prompt: expected words/],
      [{ prompt: 'x', negative: 'x'.repeat(1001) }, /negative: expected at most 1000/],
      [{ prompt: 'x', steps: 101 }, /steps: expected a whole number from 1 to 100, got 101/],
      [{ prompt: 'x', seed: -1 }, /seed: expected/],
      [{ prompt: 'x', guidance: 20.5 }, /guidance: expected/],
      [{ prompt: 'x', scheduler: 'magic' }, /scheduler: expected one of/],
    ] as const;
    for (const [options, sentence] of cases) {
      assert.match(await privateAnswer(bench, mika.command('riff', options)), sentence);
    }
    assert.equal(bench.life.engine.renders.length, 0);
  });
});
