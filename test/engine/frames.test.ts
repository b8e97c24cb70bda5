import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { encodeFrame, FrameDecoder, MAX_FRAME_BYTES } from '../../src/engine/frames.ts';
import { parseChildMessage, parseParentMessage } from '../../src/engine/protocol.ts';
import { RiffError } from '../../src/errors.ts';

/** A nightly run asks for more: FUZZ_RUNS=100000. */
const numRuns = Number(process.env.FUZZ_RUNS ?? 2000);

test('messages survive any cutting of the stream', () => {
  fc.assert(
    fc.property(
      fc.array(fc.jsonValue(), { maxLength: 5 }),
      fc.array(fc.nat(40), { maxLength: 20 }),
      (messages, cuts) => {
        const stream = Buffer.concat(messages.map((message) => encodeFrame(message)));
        assert.deepEqual(feed(stream, cuts), JSON.parse(JSON.stringify(messages)));
      },
    ),
    { numRuns },
  );
});

test('whatever bytes arrive, the decoder and the parsers only ever throw engine_protocol', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 200 }), fc.array(fc.nat(40), { maxLength: 20 }), (bytes, cuts) => {
      onlyProtocolFaults(() => feed(Buffer.from(bytes), cuts));
    }),
    { numRuns },
  );
});

test('whatever JSON arrives, the parsers return a message or throw engine_protocol', () => {
  const nearMiss = fc.record(
    {
      type: fc.constantFrom('hello', 'beat', 'ready', 'done', 'failed', 'start', 'render', 'cancel'),
      jobId: fc.oneof(fc.string(), fc.constant('job-1'), fc.constant(null)),
      version: fc.oneof(fc.integer(), fc.constant(1)),
      pid: fc.integer(),
      code: fc.constantFrom('cancelled', 'engine_failed', 'applause'),
      message: fc.string({ unit: 'binary' }),
      progress: fc.jsonValue(),
      result: fc.jsonValue(),
      request: fc.jsonValue(),
    },
    { requiredKeys: ['type'] },
  );
  fc.assert(
    fc.property(fc.oneof(fc.jsonValue(), nearMiss), (value) => {
      onlyProtocolFaults(() => parseChildMessage(value));
      onlyProtocolFaults(() => parseParentMessage(value));
    }),
    { numRuns },
  );
});

test('a frame of one byte too many is refused on both sides', () => {
  const fits = 'x'.repeat(MAX_FRAME_BYTES - 2);
  assert.equal(new FrameDecoder().push(encodeFrame(fits))[0], fits);
  assert.throws(() => encodeFrame(`${fits}x`), { code: 'engine_protocol' });

  const header = Buffer.alloc(4);
  header.writeUInt32BE(MAX_FRAME_BYTES + 1);
  assert.throws(() => new FrameDecoder().push(header), { code: 'engine_protocol' });
});

const NO_FRAMES: Readonly<Record<string, Buffer>> = {
  'an empty frame': Buffer.from([0, 0, 0, 0]),
  'text that is not JSON': Buffer.from([0, 0, 0, 1, 0x7b]),
  'bytes that are not UTF-8': Buffer.from([0, 0, 0, 3, 0x22, 0xff, 0x22]),
};
for (const [name, bytes] of Object.entries(NO_FRAMES)) {
  test(`${name} is a protocol fault`, () => {
    assert.throws(() => new FrameDecoder().push(bytes), { code: 'engine_protocol' });
  });
}

function feed(stream: Buffer, cuts: readonly number[]): unknown[] {
  const decoder = new FrameDecoder();
  const messages: unknown[] = [];
  let from = 0;
  for (const length of [...cuts, stream.length]) {
    messages.push(...decoder.push(stream.subarray(from, from + length)));
    from += length;
  }
  return messages;
}

function onlyProtocolFaults(action: () => unknown): void {
  try {
    action();
  } catch (thrown) {
    assert.ok(thrown instanceof RiffError, String(thrown));
    assert.equal(thrown.code, 'engine_protocol');
  }
}
