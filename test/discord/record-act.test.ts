import assert from 'node:assert/strict';
import { test } from 'node:test';
import { actText } from '../../src/discord/record-act.ts';

const ACT = {
  guildId: '1',
  actorId: '13',
  targetUserId: null,
  jobId: null,
  reason: '',
  detail: '',
  at: 0,
};

test('an act reads as a sentence with whom it concerns, what changed and why', () => {
  const cleared = { ...ACT, action: 'queue clear', detail: '1 riff', reason: 'closing' };
  assert.equal(actText(cleared, 'en-US'), '<@13> cleared the queue (1 riff): closing');
  const removed = { ...ACT, action: 'queue remove', targetUserId: '11', jobId: 'j1', reason: '*loud*' };
  assert.equal(actText(removed, 'en-US'), '<@13> cancelled a riff of <@11> (job j1): \\*loud\\*');
  const blocked = { ...ACT, action: 'queue block', targetUserId: '11', detail: 'for 2 hours' };
  assert.equal(actText(blocked, 'en-US'), '<@13> blocked <@11> (for 2 hours)');
});

test('actions that this version does not know are shown by their names, `constructor` and the like as well', () => {
  for (const action of ['queue limits', 'constructor', 'toString', '__proto__'])
    assert.equal(actText({ ...ACT, action }, 'en-US'), `<@13> used **${action.replaceAll('_', '\\_')}**`);
  assert.match(actText({ ...ACT, action: 'cancel button', targetUserId: '11' }, 'en-US'), /\*\* on <@11>$/);
});

test('an act is told in the language of the server', () => {
  const cleared = { ...ACT, action: 'queue clear', detail: '1 Riff', reason: 'Schluss' };
  assert.equal(actText(cleared, 'de'), '<@13> hat die Warteschlange geleert (1 Riff): Schluss');
  assert.equal(actText({ ...cleared, detail: '' }, 'fr'), '<@13> a vidé la file d’attente\u00a0: Schluss');
});
