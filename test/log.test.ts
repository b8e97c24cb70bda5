import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createLog } from '../src/log.ts';

const TOKEN = `${'M'.repeat(24)}.${'a'.repeat(6)}.${'b'.repeat(30)}`;

test('a bot token never reaches a log line, under whatever name or in whatever text', () => {
  const lines: string[] = [];
  const log = createLog('info', { write: (line) => lines.push(line) });
  log.info({ token: 'short-secret', job: { interactionToken: 'secret-too' } }, 'plain');
  log.error(new Error(`refused ${TOKEN}`), `with ${TOKEN}`);
  assert.equal(lines.length, 2);
  assert.doesNotMatch(lines.join(''), /short-secret|secret-too|bbbbbb/);
  assert.match(lines.join(''), /\[token\]/);
});
