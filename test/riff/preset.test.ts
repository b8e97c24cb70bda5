import assert from 'node:assert/strict';
import { test } from 'node:test';
import { presetText } from '../../commands/found-presets.ts';
import { LANGUAGES } from '../../src/messages/languages.ts';
import { presetTexts } from '../../src/messages/preset.ts';
import { BUILT_IN_PRESETS, parsePreset, parsePresetName } from '../../src/riff/preset.ts';

test('a name is compared in small letters and single spaces', () => {
  assert.equal(parsePresetName('  Late   NIGHT '), 'late night');
  assert.equal(parsePresetName("Żółw's_mix-2"), "żółw's_mix-2");
});

for (const bad of ['', ' ', '-x', '@everyone', 'a*b', 'a'.repeat(33), 'a\u202eb', '\u3164', '💥'])
  test(`${JSON.stringify(bad)} is no name`, () => {
    assert.throws(() => parsePresetName(bad), {
      code: 'invalid_input',
      message: /^name: expected .*, got .*; /,
    });
  });

test('a preset is checked as a request is, and holds nothing that a riff goes on from', () => {
  assert.deepEqual(parsePreset({ prompt: ' jazz ', bpm: 90 }), { prompt: 'jazz', bpm: 90 });
  assert.throws(() => parsePreset({ bpm: 9999 }), /bpm: expected a number from 40 to 240, got 9999/);
  assert.throws(() => parsePreset({ from: {} }));
  for (const { preset } of BUILT_IN_PRESETS) assert.deepEqual(parsePreset(preset), preset);
});

test('a built-in preset has a name of its own in every language, and it can be typed', () => {
  for (const language of LANGUAGES) {
    const names = BUILT_IN_PRESETS.map(({ name }) => presetTexts[language].builtInNames[name]);
    assert.deepEqual(names.map(parsePresetName), names);
    assert.equal(new Set(names).size, names.length);
  }
});

test('a preset is told by the names of its options in the language of the user', () => {
  const preset = { prompt: 'jazz', negativePrompt: 'vocals', bpm: 92.5, loop: true, seed: 1234 };
  assert.equal(presetText(preset, 'en-US'), 'jazz · negative: vocals · bpm: 92.5 · loop · seed: 1234');
  assert.equal(presetText(preset, 'fr'), 'jazz · sans: vocals · bpm: 92,5 · boucle · graine: 1234');
  assert.equal(presetText({ loop: false }, 'de'), '');
});
