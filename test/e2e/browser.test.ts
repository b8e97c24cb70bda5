import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { type LocalDiscord, startLocalDiscord } from 'local-discord';
import { page as discordPage } from 'local-discord/page';
import type { Locator, Page } from 'playwright-core';
import { readConfig } from '../../src/config.ts';
import { createLog } from '../../src/log.ts';
import { PLAYGROUND_SEED } from '../../src/playground/seed.ts';
import { type RunningBot, startBot } from '../../src/start-bot.ts';
import { freshPage, noChromium } from './chromium.ts';
import { SineEngine } from './sine-engine.ts';

const DESKTOP = { width: 1280, height: 800 };
const PHONE = { width: 390, height: 844 };

describe('the page in a real browser', { skip: noChromium }, () => {
  const folder = mkdtempSync(join(tmpdir(), 'riff-e2e-'));
  const engine = new SineEngine(folder);
  let local: LocalDiscord;
  let bot: RunningBot;

  before(async () => {
    local = await startLocalDiscord({ ...PLAYGROUND_SEED, page: discordPage });
    const config = { ...readConfig({}), dataDir: folder };
    const log = createLog('silent');
    bot = await startBot({ config, discord: local, modelFolder: '', engines: [engine], log });
  });

  after(async () => {
    await bot.stop();
    await local.close();
    rmSync(folder, { recursive: true, force: true });
  });

  test('a member types /riff, sees progress, sees the picture, hears the sound and asks again', async () => {
    const page = await openPage(DESKTOP);
    engine.hold();
    await type(page, '/riff prompt:jazz piano negative:vocals steps:20');
    const card = lastMessage(page);
    await card.getByText('10/20').waitFor();
    engine.release();
    const picture = card.locator('img.embed-picture');
    await picture.waitFor();
    assert.match((await picture.getAttribute('alt')) ?? '', /jazz piano/);
    assert.equal(await picture.evaluate(decodedWidth), 512);
    assert.equal(await card.locator('audio').evaluate(playedSeconds), '5.12');
    await card.getByRole('button', { name: 'Again' }).click();
    await page.locator('audio').nth(1).waitFor({ state: 'attached' });
  });

  test('a moderator pauses the queue, clears it and lets it run again, from a phone', async () => {
    const page = await openPage(PHONE);
    await become(page, 'Sol');
    await type(page, '/queue pause');
    await lastMessage(page)
      .getByText(/paused/i)
      .waitFor();
    await become(page, 'Noor');
    await type(page, '/riff prompt:slow strings');
    await lastMessage(page)
      .getByText(/paused/i)
      .waitFor();
    const waiting = lastMessage(page);
    const id = await waiting.getAttribute('data-message-id');
    await become(page, 'Sol');
    await type(page, '/queue clear reason:dinner time');
    await page.getByRole('button', { name: /^Cancel 1/ }).click();
    await page
      .locator(`[data-message-id="${id}"]`)
      .getByText(/cancelled/i)
      .waitFor();
    await type(page, '/queue resume');
    await lastMessage(page)
      .getByText(/again|resumed/i)
      .waitFor();
  });

  test('everything fits the phone, and nothing is asked for outside of this machine', async () => {
    const asked: string[] = [];
    const page = await openPage(PHONE, (url) => asked.push(url));
    const overflow = await page.evaluate('document.documentElement.scrollWidth - innerWidth');
    assert.equal(overflow, 0);
    assert.ok(asked.length > 5);
    assert.deepEqual(
      asked.filter((url) => new URL(url).origin !== new URL(local.url).origin),
      [],
    );
  });

  async function openPage(
    viewport: typeof DESKTOP,
    onRequest: (url: string) => void = () => {},
  ): Promise<Page> {
    const page = await freshPage(viewport);
    page.on('request', (request) => onRequest(request.url()));
    await page.goto(local.url);
    await page.locator('#composer input').waitFor();
    return page;
  }
});

async function type(page: Page, text: string): Promise<void> {
  const input = page.locator('#composer input').first();
  await input.fill(text);
  await page.getByRole('button', { name: 'Send' }).click();
}

async function become(page: Page, user: string): Promise<void> {
  const menu = page.getByRole('button', { name: /channels and users|menu/i });
  if (await menu.isVisible()) await menu.click();
  await page.locator('label.user', { hasText: user }).click();
  await page.keyboard.press('Escape');
}

function lastMessage(page: Page): Locator {
  return page.locator('article.message').last();
}

/** What the page's own elements offer to the functions below, which run there. */
interface PictureElement {
  readonly naturalWidth: number;
  decode(): Promise<void>;
}
interface SoundElement {
  readonly currentTime: number;
  readonly duration: number;
  addEventListener(event: 'timeupdate', listener: () => void): void;
  play(): Promise<void>;
  pause(): void;
}

/** The width of the picture once it is loaded. */
async function decodedWidth(element: unknown): Promise<number> {
  const picture = element as PictureElement;
  await picture.decode();
  return picture.naturalWidth;
}

/** Plays from the start; resolves with the length when a part of it was heard. */
async function playedSeconds(element: unknown): Promise<string> {
  const sound = element as SoundElement;
  const heard = new Promise<void>((resolve) => {
    sound.addEventListener('timeupdate', () => sound.currentTime > 0.1 && resolve());
  });
  await sound.play();
  await heard;
  sound.pause();
  return sound.duration.toFixed(2);
}
