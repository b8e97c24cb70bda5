import assert from 'node:assert/strict';
import fc from 'fast-check';
import { parseComponentId } from '../../../src/discord/buttons.ts';
import { plainText, quotedText, riffFileName } from '../../../src/discord/text.ts';
import { encodeFrame, FrameDecoder } from '../../../src/engine/frames.ts';
import { parseChildMessage, parseParentMessage } from '../../../src/engine/protocol.ts';
import { RiffError, UserError } from '../../../src/errors.ts';
import { parseRiffRequest, SCHEDULER_NAMES } from '../../../src/riff/request.ts';
import { atLeast, atMost, judgedFrom, runAlone, type SoakResult } from '../result.ts';

/**
 * `node test/soak/engine/fuzz.ts [runs = 100000]`: frames of the engine's pipe and sets of options. Bounds: nothing but
 * the fault that each place names, and no unhandled rejection.
 */
/** Among so many random option sets at least one is valid. */
const RUNS_FOR_A_FIT = 1000;
const DEFAULTS = { steps: 20, guidanceScale: 7, scheduler: 'ddim' } as const;
const MESSAGE_TYPES = ['hello', 'beat', 'ready', 'done', 'failed', 'start', 'render', 'cancel'];

const text = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 300 }),
  fc.string({ unit: 'grapheme', maxLength: 300 }),
  fc.constantFrom(
    '@everyone <@1>',
    '../../etc/passwd',
    'a\r\nX-Evil: 1',
    '\u202e\u0000\ud800',
    'x'.repeat(6000),
  ),
);
const anything = fc.oneof(
  text,
  fc.double(),
  fc.integer(),
  fc.jsonValue(),
  fc.constant(undefined),
  fc.boolean(),
);

const frames = fc.oneof(
  fc.uint8Array({ maxLength: 200 }),
  fc
    .record({
      type: fc.constantFrom(...MESSAGE_TYPES),
      jobId: anything,
      version: anything,
      progress: anything,
      result: anything,
    })
    .map((message) => encodeFrame(message)),
);

const options = fc.record(
  {
    prompt: anything,
    negativePrompt: anything,
    seed: fc.oneof(anything, fc.nat()),
    steps: fc.oneof(anything, fc.integer({ min: 1, max: 100 })),
    guidanceScale: fc.oneof(anything, fc.double({ min: 1, max: 20, noNaN: true })),
    scheduler: fc.oneof(anything, fc.constantFrom(...SCHEDULER_NAMES)),
  },
  { requiredKeys: [] },
);

export async function fuzz(count: number): Promise<SoakResult> {
  let rejections = 0;
  const onRejection = (): void => {
    rejections += 1;
  };
  process.on('unhandledRejection', onRejection);
  let accepted = 0;
  fc.assert(fc.property(frames, fc.nat(60), checkFrames), { numRuns: count });
  fc.assert(
    fc.property(options, text, (given, words) => {
      accepted += checkOptions(given) ? 1 : 0;
      checkTexts(words);
    }),
    { numRuns: count },
  );
  await new Promise(setImmediate);
  process.off('unhandledRejection', onRejection);
  return {
    bounds: [
      atMost('unhandled rejections', rejections, 0),
      judgedFrom(RUNS_FOR_A_FIT, count, atLeast('of them fit', accepted, 1)),
    ],
    figures: {
      frames: count,
      'option sets': count,
      'of them fit': accepted,
      'unhandled rejections': rejections,
    },
  };
}

function checkFrames(bytes: Uint8Array, cut: number): void {
  try {
    const decoder = new FrameDecoder();
    const messages = [...decoder.push(bytes.subarray(0, cut)), ...decoder.push(bytes.subarray(cut))];
    for (const message of messages) {
      for (const parse of [parseChildMessage, parseParentMessage]) onlyFault(() => parse(message));
    }
  } catch (thrown) {
    assert.ok(thrown instanceof RiffError && thrown.code === 'engine_protocol', String(thrown));
  }
}

function onlyFault(action: () => unknown): void {
  try {
    action();
  } catch (thrown) {
    assert.ok(thrown instanceof RiffError && thrown.code === 'engine_protocol', String(thrown));
  }
}

/** True where the request was taken. */
function checkOptions(given: object): boolean {
  try {
    const { prompt, seed } = parseRiffRequest(given, DEFAULTS, 7);
    assert.match(riffFileName(prompt, seed, 'wav'), /^[a-z0-9-]+\.wav$/);
    return true;
  } catch (thrown) {
    assert.ok(thrown instanceof UserError, String(thrown));
    return false;
  }
}

/** Nothing from outside opens a line, a ping or a header. */
function checkTexts(words: string): void {
  assert.doesNotMatch(quotedText(words, 200), /[\r\n\0]|(?<!\\)[@<]/);
  assert.doesNotMatch(plainText(words, 200), /[\r\n\0]/);
  assert.ok(quotedText(words, 200).length <= 200);
  parseComponentId(words);
}

if (import.meta.main) await runAlone(import.meta.url, fuzz, 100_000);
