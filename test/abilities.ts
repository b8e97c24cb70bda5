import type { EngineDescription } from '../src/riff/engine.ts';

/** What an engine in a test says of its model: that of riff-mini. */
export const ABILITIES: Pick<
  EngineDescription,
  'grid' | 'channels' | 'takesNegatives' | 'takesLatents' | 'takesSounds' | 'promptWords' | 'licence'
> = {
  grid: { clipColumns: 32, columnMs: 160, tempi: [125, 93.75, 75], tempiOfWords: {}, beatsPerBar: 4 },
  channels: 1,
  takesNegatives: true,
  takesLatents: true,
  takesSounds: true,
  promptWords: {
    styles: ['jazz', 'techno'],
    instruments: ['piano', 'grand piano'],
    tempo: ['slow', 'fast'],
    moods: ['happy', 'sad'],
    others: ['jazz club', 'pianist'],
  },
  licence: 'Apache-2.0',
};
