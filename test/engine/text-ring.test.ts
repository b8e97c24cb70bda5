import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { TextRing } from '../../src/engine/text-ring.ts';

test('the ring keeps the end of whatever was written, in any pieces', () => {
  fc.assert(
    fc.property(fc.array(fc.string({ maxLength: 30 }).map(ascii)), (pieces) => {
      const ring = new TextRing(16);
      for (const piece of pieces) ring.append(Buffer.from(piece));
      assert.equal(ring.toString(), pieces.join('').slice(-16));
    }),
  );
});

function ascii(text: string): string {
  return text.replace(/[^ -~]/g, '.');
}
