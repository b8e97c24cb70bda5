import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Interaction } from 'discord.js';
import { type LocalDiscord, startLocalDiscord } from '../src/local-discord.ts';
import { page } from '../src/page.ts';
import { askApi, connectBot } from './bench/bot-client.ts';
import { assertAsDiscordDescribes } from './bench/contract.ts';

const PLAY = {
  name: 'play',
  name_localizations: { de: 'spiele', 'es-ES': 'toca' },
  description: 'Plays',
  description_localizations: { de: 'Spielt' },
  options: [
    {
      type: 3,
      name: 'style',
      name_localizations: { de: 'stil' },
      description: 'Which',
      choices: [{ name: 'Folk', name_localizations: { de: 'Volksmusik' }, value: 'folk' }],
    },
  ],
};

test('interactions carry the language of the user and of the guild', async () => {
  const local = await startLocalDiscord({
    users: [{ name: 'Mika', locale: 'fr' }],
    guilds: [{ name: 'G', owner: 'mika', channels: [{ name: 'g' }], members: { mika: [] }, locale: 'de' }],
  });
  const heard: Interaction[] = [];
  const bot = await connectBot(local, async (interaction) => {
    heard.push(interaction);
    if (interaction.isChatInputCommand()) await interaction.reply('x');
  });
  await bot.client.application.commands.set([{ name: 'play', description: 'd' }]);
  const mika = local.actAs('mika');
  await mika.command('play').answered;
  mika.setLocale('es-419');
  await mika.command('play').answered;
  assert.deepEqual(
    heard.map(({ locale, guildLocale }) => [locale, guildLocale]),
    [
      ['fr', 'de'],
      ['es-419', 'de'],
    ],
  );
  assert.equal(bot.client.guilds.cache.first()?.preferredLocale, 'de');
  assert.throws(() => mika.setLocale('xx'), /locale: expected one of id, en-US.*, got xx/);
  assertAsDiscordDescribes(local);
  await bot.close();
  await local.close();
});

async function withPlay(run: (local: LocalDiscord, base: string) => Promise<void>): Promise<void> {
  const local = await startLocalDiscord({ page });
  const base = `/applications/${local.applicationId}/commands`;
  await askApi(local, 'PUT', base, [PLAY]);
  await run(local, base);
  await local.close();
}

const SHOWN: readonly (readonly [locale: string, labels: readonly string[]])[] = [
  ['de', ['spiele', 'Spielt', 'stil', 'Volksmusik']],
  ['es-419', ['toca', 'Plays', 'style', 'Folk']],
  ['fr', ['play', 'Plays', 'style', 'Folk']],
];
for (const [locale, labels] of SHOWN) {
  test(`a user of ${locale} sees ${labels.join(', ')}`, () =>
    withPlay(async (local) => {
      local.actAs('mika').setLocale(locale);
      const view = (await (await fetch(`${local.url}/local/view?user=mika`)).json()) as {
        locale: string;
        commands: { name: string; label: string; description: string; options: typeof PLAY.options }[];
      };
      const [command] = view.commands;
      const [option] = (command?.options ?? []) as { label?: string; choices: { label?: string }[] }[];
      assert.deepEqual(
        [command?.label, command?.description, option?.label, option?.choices[0]?.label],
        labels,
      );
      assert.deepEqual([view.locale, command?.name], [locale, 'play']);
    }));
}

test('translations are returned where they are asked for', () =>
  withPlay(async (local, base) => {
    const [bare] = (await askApi(local, 'GET', base)).body;
    assert.equal(JSON.stringify(bare).includes('_localizations'), false);
    const [full] = (await askApi(local, 'GET', `${base}?with_localizations=true`)).body;
    assert.deepEqual(full.options, PLAY.options);
    assert.deepEqual(full.name_localizations, PLAY.name_localizations);
    assertAsDiscordDescribes(local);
  }));

const BAD: readonly (readonly [what: string, change: object, path: string, code: string])[] = [
  ['an unknown language', { name_localizations: { xx: 'a' } }, 'name_localizations.xx', 'BASE_TYPE_CHOICES'],
  [
    'a translated name with capitals',
    { name_localizations: { de: 'Spiele' } },
    'name_localizations.de',
    'APPLICATION_COMMAND_INVALID_NAME',
  ],
  [
    'a translation of 101 characters',
    { description_localizations: { de: 'x'.repeat(101) } },
    'description_localizations.de',
    'BASE_TYPE_MAX_LENGTH',
  ],
];
for (const [what, change, path, code] of BAD) {
  test(`a command with ${what} meets 50035`, () =>
    withPlay(async (local, base) => {
      const { body } = await askApi(local, 'POST', base, { ...PLAY, ...change });
      const at = path.split('.').reduce((errors, key) => errors?.[key], body.errors);
      assert.deepEqual([body.code, at?._errors[0].code], [50035, code]);
    }));
}
