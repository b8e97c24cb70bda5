/**
 * `node research/tagger/sounds.ts FOLDER`: a WAV beside each PNG of FOLDER that has none, as Riff makes sound of pictures.
 */
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pictureToSound } from '../../src/cli/picture-to-sound.ts';

const folder = process.argv[2];
if (folder === undefined) throw new Error('FOLDER: expected a folder of pictures, got none; name one');
const names = await readdir(folder);
const { signal } = new AbortController();
for (const title of names.filter((name) => name.endsWith('.png'))) {
  const sound = title.replace(/png$/, 'wav');
  if (names.includes(sound)) continue;
  const picture = await readFile(join(folder, title));
  const { wav } = await pictureToSound(picture, { method: 'pghi', seed: 0, title, signal });
  await writeFile(join(folder, sound), wav);
}
