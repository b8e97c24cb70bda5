import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseRiffRequest, type RiffRequest } from '../../src/riff/request.ts';
import { planSection } from '../../src/riff/score.ts';
import { bpmInWords, type TimeGrid, tempoFor } from '../../src/riff/tempo.ts';

const GRID: TimeGrid = {
  clipColumns: 32,
  columnMs: 160,
  tempi: [125, 133.3, 107.1, 150, 93.75, 75],
  tempiOfWords: { house: [125, 133.3], 'hip hop': [93.75, 80], polka: [133.3] },
  beatsPerBar: 4,
};
const DEFAULTS = { steps: 20, guidanceScale: 4, negativeGuidanceScale: 7, scheduler: 'dpmpp_2m' } as const;

function planned(wanted: Partial<RiffRequest>) {
  return planSection(parseRiffRequest(wanted, DEFAULTS, 0), GRID, []);
}

test('a tempo is painted at one of those that the named music has, however far it is', () => {
  assert.equal(tempoFor(103, GRID)?.paintedBpm.toFixed(1), '107.1');
  assert.deepEqual(tempoFor(103, GRID, 'House, 103 bpm'), { bpm: 103, paintedBpm: 125, barColumns: 12 });
  assert.deepEqual(tempoFor(160, GRID, 'dark hip hop'), { bpm: 80, paintedBpm: 93.75, barColumns: 16 });
});

test('music whose tempi have no whole bars is painted at any tempo of the model', () => {
  assert.equal(tempoFor(148, GRID, 'polka')?.paintedBpm, 150);
});

test('a single clip has the tempo that its prompt names', () => {
  const { tempo, windows } = planned({ prompt: 'house, 118 bpm' });
  assert.deepEqual(tempo, { bpm: 118, paintedBpm: 125, barColumns: 12 });
  assert.deepEqual(
    windows.map(({ words }) => words.prompt),
    ['house, 125 bpm'],
  );
});

test('the option goes before the words, and a clip without either has no tempo', () => {
  assert.equal(planned({ prompt: 'house, 118 bpm', bpm: 130 }).tempo?.bpm, 130);
  assert.equal(planned({ prompt: 'house' }).tempo, null);
});

const SAID = [
  '118 bpm',
  '118BPM',
  'bpm 118',
  'BPM: 118',
  'tempo=118',
  'tempo: 118 bpm',
  '118 beats per minute',
];
for (const said of SAID) {
  test(`a prompt may name its tempo as "${said}", which becomes that of the model`, () => {
    const { tempo, windows } = planned({ prompt: `house, ${said}, happy` });
    assert.equal(tempo?.bpm, 118);
    assert.equal(windows[0]?.words.prompt, 'house, 125 bpm, happy');
  });
}

test('other numbers are no tempo', () => {
  for (const words of ['mid tempo 80s synth', 'tempo 1200', 'half-time 140', '0bpm', '808 drums', 'tempo 9'])
    assert.equal(bpmInWords(words), null, words);
});

test('a prompt names no tempo that music cannot have', () => {
  assert.equal(bpmInWords('techno 132.5 BPM'), 132.5);
  assert.equal(bpmInWords('00 bpm'), null);
  assert.equal(bpmInWords('bpm'), null);
});
