// @ts-check
/**
 * `node research/count-moves.mjs [--files] [--order]`: through how many of the project's files a command is handed, and how
 * often from one file to another; `--files` names them, and the moves from which to which, `--order` each entry as it
 * comes. The bot runs on the local Discord
 * with a scripted engine and its clock stands still. Counted is every entry into a function of `src` and `commands`, in
 * the order in which they come.
 *
 * The second figures leave out the leaves: files that import no code of the project, such as `clock.ts`, `turn-order.ts` and
 * `wording.ts`. A reader can trust their functions as those of a library.
 */
import { readFileSync } from 'node:fs';
import { Session } from 'node:inspector';

const ROOT = new URL('..', import.meta.url).href;

/** @type {string[]} The file of each call. */
let calls = [];
/** @type {string[]} The place of each call. */
let places = [];
Object.assign(globalThis, {
  /** The condition of a breakpoint that never stops. @param {string} file @param {number} line */
  noteCall(file, line) {
    calls.push(file);
    places.push(`${file}:${line}`);
    return false;
  },
});

const inspector = new Session();
inspector.connect();
/** @type {Map<string, string>} Files by script id. */
const scripts = new Map();
inspector.on('Debugger.scriptParsed', ({ params: { scriptId, url } }) => {
  const file = url.startsWith(ROOT) ? url.slice(ROOT.length) : '';
  if (/^(src|commands)\//.test(file)) scripts.set(scriptId, file);
});

/**
 * @param {string} method
 * @param {object} [parameters]
 * @returns {any} A session of the same thread answers at once.
 */
function ask(method, parameters = {}) {
  let answer;
  inspector.post(
    /** @type {any} */ (method),
    parameters,
    (/** @type {Error | null} */ error, /** @type {any} */ result) => {
      if (error) throw new Error(`${method}: ${JSON.stringify(error)}`);
      answer = result;
    },
  );
  return answer;
}

/** @type {Set<string>} */
const watched = new Set();

/** Watches every function that V8 knows by now. */
function watchFunctions() {
  for (const { scriptId, functions } of ask('Profiler.takePreciseCoverage').result) {
    const file = scripts.get(scriptId);
    if (file === undefined) continue;
    const source = ask('Debugger.getScriptSource', { scriptId }).scriptSource;
    // The first is the module itself.
    for (const { ranges } of functions.slice(1)) watchFunction(scriptId, file, source, ranges[0]);
  }
}

/**
 * @param {string} scriptId
 * @param {string} file
 * @param {string} source
 * @param {{ startOffset: number, endOffset: number }} range
 */
function watchFunction(scriptId, file, source, { startOffset, endOffset }) {
  const place = (/** @type {number} */ offset) => {
    const lines = source.slice(0, offset).split('\n');
    return { scriptId, lineNumber: lines.length - 1, columnNumber: lines.at(-1)?.length ?? 0 };
  };
  const [start, end] = [place(startOffset), place(endOffset)];
  const [first] = ask('Debugger.getPossibleBreakpoints', { start, end }).locations;
  const key = first && `${scriptId} ${first.lineNumber} ${first.columnNumber}`;
  if (!key || watched.has(key)) return;
  watched.add(key);
  const { lineNumber, columnNumber } = first;
  const condition = `noteCall(${JSON.stringify(file)}, ${lineNumber + 1})`;
  ask('Debugger.setBreakpoint', { location: { scriptId, lineNumber, columnNumber }, condition });
}

/** @param {string} file */
function isLeaf(file) {
  const source = readFileSync(new URL(file, ROOT), 'utf8');
  const imports = [...source.matchAll(/^import (type )?([^;]*?) from '\.[^']*';/gm)];
  return imports.every(([, type, names = '']) => type || !/(^|[{,]\s*)(?!type )\w/.test(names));
}

/** @param {readonly string[]} files @returns {readonly [from: string, to: string][]} */
function movesOf(files) {
  return files.flatMap((file, index) => {
    const from = files[index - 1];
    return from === undefined || from === file ? [] : [[from, file]];
  });
}

/** @param {readonly string[]} names */
function printCounts(names) {
  const counts = [...Map.groupBy(names, (name) => name)].map(([name, { length }]) => ({ name, length }));
  for (const { name, length } of counts.sort((a, b) => b.length - a.length))
    console.log(`  ${String(length).padStart(3)} ${name}`);
}

/** @param {string} what @param {() => Promise<void>} act */
async function count(what, act) {
  watchFunctions();
  calls = [];
  places = [];
  await act();
  const moves = movesOf(calls);
  console.log(`${what}: ${new Set(calls).size} files, ${moves.length} moves, ${calls.length} calls`);
  const branches = calls.filter((file) => !isLeaf(file));
  console.log(`  without the leaves: ${new Set(branches).size} files, ${movesOf(branches).length} moves`);
  if (process.argv.includes('--order')) for (const place of places) console.log(`  ${place}`);
  if (!process.argv.includes('--files')) return;
  printCounts(moves.map(([, to]) => (isLeaf(to) ? `${to} (leaf)` : to)));
  printCounts(moves.map(([from, to]) => `${from} → ${to}`));
}

ask('Debugger.enable');
ask('Profiler.enable');
ask('Profiler.startPreciseCoverage', { callCount: true, detailed: false });
const { WireBench } = await import('../test/wire/bench/wire-bench.ts');
const bench = await WireBench.open();
const { discord, life } = bench;
const mika = discord.actAs('mika');

/** @param {'started' | 'done' | 'cancelled'} event */
const next = (event) => new Promise((resolve) => life.queue.on(event, resolve));
const turns = async () => {
  for (let turn = 0; turn < 20; turn += 1) await new Promise(setImmediate);
};
let renders = 0;

async function riff() {
  const done = next('done');
  mika.command('riff', { prompt: 'jazz' });
  renders += 1;
  const render = await life.engine.renderNumber(renders);
  render.beat({ stage: 'denoise', stepIndex: 1, steps: 20 });
  render.finish();
  await done;
  await turns();
}

async function cancelRunning() {
  const cancelled = next('cancelled');
  mika.command('cancel');
  await cancelled;
  await turns();
}

async function startRiff() {
  const started = next('started');
  mika.command('riff', { prompt: 'jazz' });
  await started;
  renders += 1;
  await turns();
}

await riff();
await startRiff();
await cancelRunning();
await count('/riff on an idle queue', riff);
await startRiff();
await count('/cancel of a running riff', cancelRunning);
process.exit(0);
