import { shownOptions } from '../src/discord/shown-options.ts';
import { quotedText } from '../src/discord/text.ts';
import { inLocale, languageOf } from '../src/messages/languages.ts';
import { presetTexts } from '../src/messages/preset.ts';
import type { NamedPreset, Preset } from '../src/riff/preset.ts';

const NAME_LENGTH = 64;

/** A preset with its owner. */
export interface FoundPreset extends NamedPreset {
  readonly from: keyof (typeof presetTexts)['en']['owners'];
}

/** The contents of a preset on one line, not escaped: its prompt, then each option under its name in the command. */
export function presetText(preset: Preset, locale: string): string {
  const options = shownOptions(preset, languageOf(locale)).map(({ name, value }) =>
    value === undefined ? name : `${name}: ${value}`,
  );
  return [...(preset.prompt === undefined ? [] : [preset.prompt]), ...options].join(' · ');
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
