import type { Interaction, RESTPostAPIApplicationCommandsJSONBody } from 'discord.js';
import type { Browser, BrowserContext, Locator, Page } from 'playwright-core';
import { freshPage, sharedChromium } from '../../../../test/e2e/chromium.ts';
import { type LocalDiscord, startLocalDiscord } from '../../src/local-discord.ts';
import { page as discordPage } from '../../src/page.ts';
import { connectBot } from './bot-client.ts';

export interface PageBench {
  readonly local: LocalDiscord;
  readonly browser: Browser;
  /** What the page asked of others than its own server. */
  readonly strayRequests: readonly string[];
  /** Errors in its console. */
  readonly faults: readonly string[];
  /** The page that all tests use in turn, at the local Discord's address; with options a new one, which whoever opens it closes. */
  open(options?: Parameters<Browser['newPage']>[0]): Promise<Page>;
  close(): Promise<void>;
}

/** A local Discord with its page, a bot with these commands, and a browser. */
export async function openPageBench(
  commands: RESTPostAPIApplicationCommandsJSONBody[],
  answer: (interaction: Interaction) => Promise<unknown>,
): Promise<PageBench> {
  const local = await startLocalDiscord({ page: discordPage });
  const bot = await connectBot(local, answer);
  await bot.client.application.commands.set(commands);
  const browser = await sharedChromium();
  const contexts = new Set<BrowserContext>();
  const strayRequests: string[] = [];
  const faults: string[] = [];
  return {
    local,
    browser,
    strayRequests,
    faults,
    open: async (options) => {
      const page = await (options ? browser.newPage(options) : freshPage());
      if (options) contexts.add(page.context());
      page.setDefaultTimeout(30_000);
      page.on('request', (request) => {
        if (!/^(data|blob):/.test(request.url()) && !request.url().startsWith(`${local.url}/`))
          strayRequests.push(request.url());
      });
      page.on('pageerror', (fault) => faults.push(fault.message));
      page.on('console', (message) => message.type() === 'error' && faults.push(message.text()));
      // The page hears of messages from then on; one that comes between its view and this would be missed.
      const followed = page.waitForResponse((response) => response.url().includes('/local/events'));
      await Promise.all([followed, page.goto(local.url)]);
      await page.getByText('Bot is online').waitFor();
      return page;
    },
    close: async () => {
      // At the end of all tests, the browser may be gone before.
      if (browser.isConnected()) await Promise.all([...contexts].map((context) => context.close()));
      await bot.close();
      await local.close();
    },
  };
}

/** In the messages; what is read aloud stands in the page as well. */
export function shown(page: Page, text: string): Locator {
  return page.locator('#messages').getByText(text, { exact: true });
}

interface Scroller {
  scrollTop: number;
  readonly scrollHeight: number;
  readonly clientHeight: number;
  addEventListener(event: 'scroll', listener: () => void, options: { readonly once: true }): void;
}

/** Resolves when the page has seen the scroll: until then it still follows new messages. */
export function scrollToTop(element: unknown): Promise<void> {
  const scroller = element as Scroller;
  return new Promise((resolve) => {
    scroller.addEventListener('scroll', () => resolve(), { once: true });
    scroller.scrollTop = 0;
  });
}

export function isAtEnd(element: unknown): boolean {
  const { scrollTop, scrollHeight, clientHeight } = element as Scroller;
  return scrollHeight - scrollTop - clientHeight < 2;
}
