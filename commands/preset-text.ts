import { quotedText } from '../src/discord/text.ts';
import { inLocale } from '../src/messages/languages.ts';
import { presetTexts } from '../src/messages/preset.ts';
import { profileTexts } from '../src/messages/profiles.ts';
import type { NamedPreset, Preset } from '../src/riff/preset.ts';

const NAME_LENGTH = 64;

/** A preset, and whose it is. */
export interface FoundPreset extends NamedPreset {
  readonly from: keyof (typeof presetTexts)['en']['owners'];
}

/** What a preset holds, on one line and not escaped. */
export function presetText(preset: Preset, locale: string): string {
  const { prompt, negativePrompt, lengthSeconds, bpm, loop, seed, steps, guidanceScale, scheduler, profile } =
    preset;
  const text = inLocale(presetTexts, locale);
  // The type asks for every option, so that none is forgotten.
  const parts: Readonly<Record<keyof Preset, string | undefined | false>> = {
    prompt,
    negativePrompt: negativePrompt && text.without(negativePrompt),
    lengthSeconds: lengthSeconds !== undefined && text.seconds(lengthSeconds),
    bpm: bpm !== undefined && text.bpm(bpm),
    loop: loop && text.loop,
    seed: seed !== undefined && text.seed(seed),
    steps: steps !== undefined && text.steps(steps),
    guidanceScale: guidanceScale !== undefined && text.guidance(guidanceScale),
    scheduler,
    profile: profile && inLocale(profileTexts, locale)[profile],
  };
  return Object.values(parts)
    .filter((part) => part)
    .join(' · ');
}

/** The lines of /preset list. */
export function presetLines(presets: readonly FoundPreset[], locale: string): readonly string[] {
  return Object.entries(inLocale(presetTexts, locale).headings).flatMap(([from, heading]) => {
    const ofOwner = presets.filter((preset) => preset.from === from);
    const lines = ofOwner.map(
      ({ name, preset }) => `- **${shownName(name)}**: ${quotedText(presetText(preset, locale), 120)}`,
    );
    return lines.length === 0 ? [] : [`**${heading}**`, ...lines];
  });
}

export function shownName(name: string): string {
  return quotedText(name, NAME_LENGTH);
}
