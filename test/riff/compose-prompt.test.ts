import assert from 'node:assert/strict';
import { test } from 'node:test';
import { composePrompt } from '../../src/riff/compose-prompt.ts';
import { NO_PROMPT_WORDS } from '../../src/riff/prompt-words.ts';

test('a prompt is composed of one word of each kind that the model knows', () => {
  const words = {
    styles: ['jazz', 'rock'],
    instruments: ['piano', 'cello'],
    moods: ['happy'],
    tempo: ['slow'],
    others: ['x'],
  };
  const draws = [0, 0.99, 0, 0];
  assert.equal(
    composePrompt(words, () => draws.shift() ?? 0),
    'jazz cello, happy, slow',
  );
  assert.equal(
    composePrompt({ ...NO_PROMPT_WORDS, styles: ['jazz'] }, () => 0.5),
    'jazz',
  );
  assert.equal(
    composePrompt(NO_PROMPT_WORDS, () => 0.5),
    null,
  );
});
