const SLUG_LENGTH = 40;

/** `riff-<prompt>-<seed>.<extension>` of [a-z0-9-] alone: safe in every file system, path and header. */
export function riffFileName(prompt: string, seed: number, extension: 'png' | 'wav'): string {
  const slug = prompt
    .normalize('NFKD')
    .toLowerCase()
    .replace(/\p{M}/gu, '')
    .replace(/[^a-z0-9]+/g, '-')
    .slice(0, SLUG_LENGTH)
    .replace(/^-+|-+$/g, '');
  return `${['riff', slug, String(seed)].filter(Boolean).join('-')}.${extension}`;
}
