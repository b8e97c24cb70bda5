import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { COMPONENT_ACTIONS, componentId, parseComponentId } from '../../src/discord/buttons.ts';

test('the parts of a component id that is written are read back', () => {
  for (const action of COMPONENT_ACTIONS) {
    assert.deepEqual(parseComponentId(componentId(action, '2w9b520f4a')), {
      action,
      subject: '2w9b520f4a',
    });
  }
});

test('other versions, unknown actions and broken ids are unknown, not faults', () => {
  const cases = [
    '',
    '1',
    '1:again',
    '1:again:',
    '2:again:x',
    '1:explode:x',
    '1:again:x:y',
    '1:again:X',
    '1:again:../x',
  ];
  for (const customId of cases) assert.equal(parseComponentId(customId), null, customId);
});

test('no text makes the reading of an id throw', () => {
  fc.assert(
    fc.property(
      fc.string({ unit: 'binary', maxLength: 100 }),
      (text) => parseComponentId(text) !== undefined,
    ),
  );
});
