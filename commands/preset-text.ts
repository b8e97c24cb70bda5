import { quotedText } from '../src/discord/text.ts';
import { inLocale, languageOf, type Words } from '../src/messages/languages.ts';
import { presetTexts } from '../src/messages/preset.ts';
import { profileTexts } from '../src/messages/profiles.ts';
import { riffTexts } from '../src/messages/riff.ts';
import type { NamedPreset, Preset } from '../src/riff/preset.ts';

const NAME_LENGTH = 64;

/** A preset, and whose it is. */
export interface FoundPreset extends NamedPreset {
  readonly from: keyof (typeof presetTexts)['en']['owners'];
}

type Option = readonly [words: Words, value: string | number | boolean | undefined];

/** What a preset holds, on one line and not escaped: its prompt, then each option by the name that it has in the command. */
export function presetText(preset: Preset, locale: string): string {
  const language = languageOf(locale);
  const text = riffTexts[language];
  const profile = preset.profile && profileTexts[language][preset.profile];
  // The type asks for every option, so that none is forgotten.
  const options: Readonly<Record<Exclude<keyof Preset, 'prompt'>, Option>> = {
    negativePrompt: [text.negative, preset.negativePrompt],
    lengthSeconds: [text.length, preset.lengthSeconds?.toLocaleString(language)],
    bpm: [text.bpm, preset.bpm?.toLocaleString(language)],
    loop: [text.loop, preset.loop],
    seed: [text.seed, preset.seed],
    steps: [text.steps, preset.steps],
    guidanceScale: [text.guidance, preset.guidanceScale?.toLocaleString(language)],
    scheduler: [text.scheduler, preset.scheduler],
    profile: [text.profile, profile],
  };
  const named = Object.values(options).flatMap(([{ name }, value]) => {
    if (value === undefined || value === false) return [];
    return value === true ? [name] : [`${name}: ${value}`];
  });
  return [...(preset.prompt === undefined ? [] : [preset.prompt]), ...named].join(' · ');
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
