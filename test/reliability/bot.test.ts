import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { brokenEngine } from '../soak/bot/broken-engine.ts';
import { deaths } from '../soak/bot/deaths.ts';
import { fatalClose } from '../soak/bot/fatal-close.ts';
import { flood } from '../soak/bot/flood.ts';
import { kills } from '../soak/bot/kills.ts';
import { load } from '../soak/bot/load.ts';
import { outage } from '../soak/bot/outage.ts';
import { resultsFolder } from '../soak/bot/results-folder.ts';
import { stops } from '../soak/bot/stops.ts';
import { wire } from '../soak/bot/wire.ts';
import { isSound, type Run, resultLine } from '../soak/result.ts';
import { endingWith } from '../waiting.ts';

/** Short versions of `npm run soak`: the bot as a process of its own. They judge no times. */
const SLACK = 20;
const skip = process.platform === 'linux' ? false : 'counts processes in /proc';

const RUNS: readonly [title: string, name: string, run: Run, count: number][] = [
  ['random kills of bot and engine lose nothing and leave no orphan', 'kills', kills, 4],
  ['an engine that dies costs its user a word and nobody else anything', 'deaths', deaths, 2],
  ['an engine that dies at every start costs nobody a riff', 'broken engine', brokenEngine, 2],
  ['SIGTERM ends the bot in order', 'stops', stops, 2],
  ['half an hour without Discord loses and doubles nothing', 'outage', outage, 3],
  ['results that cannot be written cost nobody a riff', 'results-folder', resultsFolder, 2],
  ['a gateway that closed for good ends the process', 'fatal-close', fatalClose, 2],
  ['commands by the dozen at once are answered', 'flood', flood, 50],
  ['a storm of refusals is cut off, cut sockets are resumed', 'wire', wire, 2500],
  ['a load leaves no handle and no file behind', 'load', load, 40],
];

// They mostly wait: for processes to start, and for pauses to pass.
describe('the bot as a process of its own', { skip, concurrency: 2 }, () => {
  for (const [title, name, run, count] of RUNS) {
    test(title, { timeout: 240_000 }, async ({ signal }) => {
      const result = await endingWith(signal, () => run(count, SLACK));
      assert.ok(isSound(result), resultLine(name, result));
    });
  }
});
