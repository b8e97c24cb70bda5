import type { Language, Words } from '../messages/languages.ts';
import { profileTexts } from '../messages/profiles.ts';
import { riffTexts } from '../messages/riff.ts';
import { wordingIn } from '../messages/wording.ts';
import type { RiffRequest } from '../riff/request.ts';

/** An option by the name that it has in the command; without a value: a switch that is on. */
export interface ShownOption {
  readonly name: string;
  readonly value?: string;
}

type Shown = readonly [words: Words, value: string | boolean | undefined];

/** The options among those of a riff, as a user of the language reads them. */
export function shownOptions(request: Partial<RiffRequest>, language: Language): readonly ShownOption[] {
  const text = riffTexts[language];
  const { negativePrompt, lengthSeconds, bpm, loop, seed, steps, guidanceScale, scheduler, profile } =
    request;
  const ofLength = lengthSeconds && wordingIn(language).seconds(lengthSeconds * 1000);
  // The type asks for every option, so that none is forgotten; null: it is told in words of its own.
  const options: Readonly<Record<keyof RiffRequest, Shown | null>> = {
    prompt: null,
    negativePrompt: [text.negative, negativePrompt],
    lengthSeconds: [text.length, ofLength || undefined],
    bpm: [text.bpm, bpm?.toLocaleString(language)],
    loop: [text.loop, loop],
    seed: [text.seed, seed?.toString()],
    steps: [text.steps, steps?.toString()],
    guidanceScale: [text.guidance, guidanceScale?.toLocaleString(language)],
    scheduler: [text.scheduler, scheduler],
    profile: [text.profile, profile && profileTexts[language][profile]],
    variations: null,
    from: null,
  };
  return Object.values(options).flatMap((option) => {
    if (!option?.[1]) return [];
    const [{ name }, value] = option;
    return [value === true ? { name } : { name, value }];
  });
}
