import { quotedText } from '../../src/discord/text.ts';
import type { Preset } from '../../src/riff/preset.ts';
import type { FoundPreset } from './choose.ts';

const NAME_LENGTH = 64;

/** What a preset holds, on one line and not escaped. */
export function presetText(preset: Preset): string {
  const { prompt, negativePrompt, lengthSeconds, bpm, loop, seed, steps, guidanceScale, scheduler, profile } =
    preset;
  // The type asks for every option, so that none is forgotten.
  const parts: Readonly<Record<keyof Preset, string | undefined | false>> = {
    prompt,
    negativePrompt: negativePrompt && `without ${negativePrompt}`,
    lengthSeconds: lengthSeconds !== undefined && `${lengthSeconds} s`,
    bpm: bpm !== undefined && `${bpm} bpm`,
    loop: loop && 'loop',
    seed: seed !== undefined && `seed ${seed}`,
    steps: steps !== undefined && `${steps} steps`,
    guidanceScale: guidanceScale !== undefined && `guidance ${guidanceScale}`,
    scheduler,
    profile,
  };
  return Object.values(parts)
    .filter((part) => part)
    .join(' · ');
}

const HEADINGS = { yours: 'Yours', server: 'Of this server', 'built in': 'Built in' } as const;

/** The lines of /preset list. */
export function presetLines(presets: readonly FoundPreset[]): readonly string[] {
  return Object.entries(HEADINGS).flatMap(([from, heading]) => {
    const ofOwner = presets.filter((preset) => preset.from === from);
    const lines = ofOwner.map(
      ({ name, preset }) => `- **${shownName(name)}**: ${quotedText(presetText(preset), 120)}`,
    );
    return lines.length === 0 ? [] : [`**${heading}**`, ...lines];
  });
}

export function savedText(name: string, preset: Preset, mention: string): string {
  return `Saved **${shownName(name)}**: ${quotedText(presetText(preset), 300)}. Choose it at the option \`preset\` of ${mention}.`;
}

export function fullText(most: number, isServers: boolean): string {
  const whose = isServers ? 'This server has' : 'You have';
  return `${whose} ${most} presets, which is the limit. Remove one first.`;
}

export function removedText(name: string): string {
  return `Removed **${shownName(name)}**.`;
}

export function unknownText(name: string): string {
  return `name: expected a preset that is there, got “${shownName(name)}”; choose one from the list`;
}

export const NOTHING_TO_SAVE =
  'preset: expected options to save, got none, and no riff of yours to take them from; name some, such as `bpm`';
export const BLOCKED_WORD = 'This server has blocked a word of this preset. Please choose others.';

function shownName(name: string): string {
  return quotedText(name, NAME_LENGTH);
}
