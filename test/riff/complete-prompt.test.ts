import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { completePrompt } from '../../src/riff/complete-prompt.ts';
import { NO_PROMPT_WORDS, type PromptWords } from '../../src/riff/prompt-words.ts';

const WORDS: PromptWords = {
  styles: ['jazz', 'drum and bass'],
  instruments: ['piano', 'grand piano'],
  tempo: ['slow', 'fast'],
  moods: ['happy'],
  others: ['jazz club', 'pianist'],
};

describe('a prompt is completed', () => {
  test('at its last word; what stands before stays as it was typed', () => {
    assert.deepEqual(completePrompt('Old, JAZZ pia', WORDS, []), [
      'Old, JAZZ pia',
      'Old, JAZZ piano',
      'Old, JAZZ pianist',
    ]);
  });

  test('at its last words together, where they begin a phrase', () => {
    assert.deepEqual(completePrompt('slow drum and b', WORDS, []), ['slow drum and b', 'slow drum and bass']);
    assert.ok(completePrompt('gra', WORDS, []).includes('grand piano'));
  });

  test('by what it does not say yet, once its last word is whole', () => {
    assert.deepEqual(completePrompt('jazz', WORDS, []), [
      'jazz',
      'jazz club',
      'jazz piano',
      'jazz grand piano',
      'jazz happy',
      'jazz slow',
      'jazz fast',
    ]);
    assert.deepEqual(completePrompt('slow jazz piano,', WORDS, []), [
      'slow jazz piano,',
      'slow jazz piano, happy',
    ]);
    assert.deepEqual(completePrompt('unknown', WORDS, []), ['unknown']);
  });

  test('by recent prompts that have it in them, in their order and once', () => {
    const recent = ['Slow jazz', 'techno', 'jazz trio', 'jazz'];
    assert.deepEqual(completePrompt('jazz', WORDS, recent).slice(0, 4), [
      'jazz',
      'Slow jazz',
      'jazz trio',
      'jazz club',
    ]);
    assert.deepEqual(completePrompt('', WORDS, recent).slice(0, 5), [...recent, 'drum and bass']);
  });

  test('by recent prompts alone, where the model does not say what it knows', () => {
    assert.deepEqual(completePrompt('te', NO_PROMPT_WORDS, ['techno', 'house']), ['te', 'techno']);
    assert.deepEqual(completePrompt('', NO_PROMPT_WORDS, []), []);
  });
});
