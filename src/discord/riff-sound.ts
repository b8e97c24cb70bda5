import { type CompressedSound, compressSound } from '../audio/compress-sound.ts';
import type { Language } from '../messages/languages.ts';
import { riffCardTexts } from '../messages/riff-card.ts';
import { wordingIn } from '../messages/wording.ts';
import { RESULT_FILES, type RiffFiles } from '../riff/engine.ts';
import type { AttachedFile } from './message-api.ts';
import { riffFileName } from './text.ts';

const OGG = { extension: 'ogg', contentType: 'audio/ogg' } as const;

/** The sound of a riff as a channel takes it: its WAV, or Ogg Opus where that is too large. */
export type RiffSound = { readonly format: 'wav' | 'ogg'; readonly file: AttachedFile };

/** The WAV where it has at most `maxBytes`. A WAV that cannot be compressed is sent all the same: Discord decides. */
export async function riffSound(
  wav: Uint8Array,
  files: RiffFiles,
  { maxBytes, language }: { readonly maxBytes: number; readonly language: Language },
): Promise<RiffSound> {
  const compressed = wav.byteLength <= maxBytes ? null : await compressSound(wav).catch(() => null);
  return compressed
    ? { format: 'ogg', file: oggFile(compressed, files, language) }
    : { format: 'wav', file: soundFile(wav, files, RESULT_FILES.wav, language) };
}

/** `language`: of its alt text. */
export function oggFile({ ogg }: CompressedSound, files: RiffFiles, language: Language): AttachedFile {
  return soundFile(ogg, files, OGG, language);
}

function soundFile(
  bytes: Uint8Array,
  { recipe, durationMs }: RiffFiles,
  { extension, contentType }: { readonly extension: string; readonly contentType: string },
  language: Language,
): AttachedFile {
  return {
    name: riffFileName(recipe.prompt, recipe.seed, extension),
    data: Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength),
    contentType,
    description: riffCardTexts[language].sound(wordingIn(language).seconds(durationMs.sound)),
  };
}
