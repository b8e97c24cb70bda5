import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { type APIApplicationCommandOption, ApplicationCommandOptionType } from 'discord.js';
import { type LocalDiscord, startLocalDiscord } from 'local-discord';
import type { Interaction } from 'local-discord/interaction';
import { page as discordPage } from 'local-discord/page';
import type { Page } from 'playwright-core';
import { COMMANDS } from '../../commands/index.ts';
import { remix } from '../../commands/remix.ts';
import { readConfig } from '../../src/config.ts';
import { createLog } from '../../src/log.ts';
import { PLAYGROUND_SEED } from '../../src/playground/seed.ts';
import { type RunningBot, startBot } from '../../src/start-bot.ts';
import { freshPage, noChromium } from './chromium.ts';
import { SineEngine } from './sine-engine.ts';

/** Who types what. The queue is paused first, so that the riffs of these lines wait. */
const LINES: readonly (readonly [user: string, line: string])[] = [
  ['Sol', '/queue pause reason:dinner time where:here'],
  ['Noor', '/help'],
  [
    'Noor',
    '/riff prompt:slow strings negative:drums length:20 bpm:93.75 loop:true seed:3 steps:8 guidance:2.5 scheduler:ddim profile:fast',
  ],
  ['Noor', '/surprise'],
  ['Noor', '/preset save name:slow walk prompt:upright piano bpm:80'],
  ['Noor', '/preset list'],
  ['Noor', '/riffs favourites:true'],
  ['Noor', '/riff prompt:cello preset:slow walk'],
  ['Noor', '/preset use name:slow walk'],
  ['Noor', '/preset remove name:slow walk'],
  ['Noor', '/morph from:solo piano to:techno length:15'],
  ['Noor', '/riff prompt:upright bass'],
  ['Sol', '/queue show'],
  ['Sol', '/queue block user:Mika hours:1 reason:too many pianos'],
  ['Sol', '/queue blocks'],
  ['Sol', '/queue unblock user:@mika'],
  ['Sol', '/queue log where:here'],
  ['Ada', '/settings show'],
  ['Ada', '/settings channels add channel:#general'],
  ['Ada', '/settings channels remove channel:general'],
  ['Ada', '/settings channels clear'],
  ['Ada', '/settings words add word:bagpipes'],
  ['Ada', '/settings words remove word:bagpipes'],
  ['Ada', '/settings words clear'],
  ['Ada', '/settings limits per-user:2'],
  ['Ada', '/settings steps most:40'],
  ['Ada', '/settings profile name:fast'],
  ['Ada', '/settings mod-log set channel:general'],
  ['Ada', '/settings mod-log off'],
  ['Ada', '/settings reset'],
];

/** Commands about a riff that waits, picked from the bot's proposals. */
const ABOUT_RIFFS: readonly (readonly [user: string, before: string, after: string, says: RegExp])[] = [
  ['Sol', '/queue move job:', ' position:1', /upright bass|1st|first/i],
  ['Sol', '/queue remove job:', ' reason:too long', /cancelled|removed/i],
  ['Noor', '/cancel job:', '', /cancelled/i],
];

const LAST_LINES: readonly (readonly [user: string, line: string])[] = [
  ['Sol', '/queue clear reason:closing'],
  ['Sol', '/queue resume'],
  ['Noor', '/forget'],
];

/** A command that the page does not send would be waited for without an end. */
const LIMIT_MS = 60_000;

describe('every command, typed on the page', { skip: noChromium }, () => {
  const folder = mkdtempSync(join(tmpdir(), 'riff-e2e-'));
  const seen = new Set<string>();
  let local: LocalDiscord;
  let bot: RunningBot;
  let page: Page;

  before(async () => {
    local = await startLocalDiscord({ ...PLAYGROUND_SEED, page: discordPage });
    const config = { ...readConfig({}), dataDir: folder };
    const engines = [new SineEngine(folder)];
    bot = await startBot({ config, discord: local, modelFolder: '', engines, log: createLog('silent') });
    page = await freshPage();
    page.setDefaultTimeout(30_000);
    await page.goto(local.url);
    await page.getByText('Riff is online').waitFor();
  });

  after(async () => {
    await bot.stop();
    await local.close();
    rmSync(folder, { recursive: true, force: true });
  });

  for (const [user, line] of LINES) {
    test(`${user}: ${line}`, { timeout: LIMIT_MS }, async () => {
      await answerTo(user, async () => page.keyboard.type(`${line} `));
    });
  }

  for (const [user, before, after, says] of ABOUT_RIFFS) {
    test(`${user}: ${before}… picked from the list`, { timeout: LIMIT_MS }, async () => {
      const text = await answerTo(user, async () => {
        await page.keyboard.type(before);
        await page.getByRole('option').last().click();
        await page.keyboard.type(after.trimStart());
      });
      assert.match(text, says);
    });
  }

  for (const [user, line] of LAST_LINES) {
    test(`${user}: ${line}`, { timeout: LIMIT_MS }, async () => {
      await answerTo(user, async () => page.keyboard.type(`${line} `));
    });
  }

  test('no command is left out', () => {
    // How a file is given to a command, the page's own tests show.
    const typed = COMMANDS.filter((command) => 'run' in command).filter((command) => command !== remix);
    const all = typed.flatMap(({ definition }) => namesBelow(definition.name, definition.options ?? []));
    assert.deepEqual([...seen].sort(), all.sort());
  });

  /** Types as a user and sends with Enter; resolves with the text of the bot's answer once it is there. */
  async function answerTo(user: string, type: () => Promise<void>): Promise<string> {
    await page.getByRole('radio', { name: new RegExp(user) }).check({ force: true });
    await page.locator('.user', { has: page.locator('input:checked'), hasText: user }).waitFor();
    await page.getByRole('combobox').first().click();
    const answered = nextCommand(local);
    await type();
    await page.keyboard.press('Enter');
    const interaction = await answered;
    seen.add(interaction.commandName ?? '');
    const { content, embeds } = await local.waitForOriginal(
      interaction,
      (message) => message.content + JSON.stringify(message.embeds) !== '[]',
    );
    await page.getByRole('combobox', { name: 'Message, or / for a command' }).waitFor();
    return content + JSON.stringify(embeds);
  }
});

/** The next command that the bot answers, not one of its proposals. */
function nextCommand({ events }: LocalDiscord): Promise<Interaction> {
  return new Promise((resolve, reject) => {
    const look = (interaction: Interaction): void => {
      if (interaction.state.kind === 'answered' && interaction.state.answer.kind === 'choices') return;
      events.off('interaction', look);
      if (interaction.state.kind === 'answered') resolve(interaction);
      else reject(new Error(`expected an answer to ${interaction.commandName}, got none in three seconds`));
    };
    events.on('interaction', look);
  });
}

function namesBelow(name: string, options: readonly APIApplicationCommandOption[]): string[] {
  const inner = options.filter(
    (option) =>
      option.type === ApplicationCommandOptionType.Subcommand ||
      option.type === ApplicationCommandOptionType.SubcommandGroup,
  );
  if (inner.length === 0) return [name];
  return inner.flatMap((option) => namesBelow(`${name} ${option.name}`, option.options ?? []));
}
