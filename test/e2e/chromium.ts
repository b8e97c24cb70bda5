import { existsSync } from 'node:fs';
import { after } from 'node:test';
import { type Browser, chromium, type Page } from 'playwright-core';

const CANDIDATES = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'];

const executablePath = process.env.CHROMIUM ?? CANDIDATES.find((path) => existsSync(path));

/** For the `skip` of a test: false where there is a browser, otherwise the reason. */
export const noChromium: string | false =
  executablePath === undefined ? 'no Chromium here; install it or name it in CHROMIUM' : false;

let browser: Promise<Browser> | null = null;
after(async () => (await browser)?.close());

/**
 * A headless browser that plays sound without a gesture and asks nobody outside of this machine. One for all tests of a
 * process, closed after them: whoever opens a page closes its context.
 */
export function sharedChromium(): Promise<Browser> {
  browser ??= chromium.launch({
    executablePath: executablePath ?? '',
    args: [
      '--no-sandbox',
      '--disable-gpu',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
      '--no-first-run',
      // Nothing has to stand still before it is clicked, and no frame is drawn for an animation.
      '--force-prefers-reduced-motion',
      '--autoplay-policy=no-user-gesture-required',
    ],
  });
  return browser;
}

const DESKTOP = { width: 1280, height: 800 };

let page: Promise<Page> | null = null;

/**
 * The page that the tests of a process use one after the other, blank and without memory of the one before. To open
 * another one costs three times as much as to go to an address in this one.
 */
export async function freshPage(viewport = DESKTOP): Promise<Page> {
  page ??= sharedChromium().then((browser) => browser.newPage());
  const fresh = await page;
  await fresh.setViewportSize(viewport);
  for (const event of ['request', 'pageerror', 'console'] as const) fresh.removeAllListeners(event);
  await fresh.unrouteAll();
  // A blank page has no storage that could be asked.
  if (fresh.url() !== 'about:blank') await fresh.evaluate('localStorage.clear()');
  await fresh.goto('about:blank');
  return fresh;
}
