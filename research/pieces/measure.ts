/**
 * Measures pieces of riff-mini: `node research/pieces/measure.ts PART [COUNT [FIRST]] [--profile NAME] [--clips FOLDER]`, one
 * JSON line for each prompt and one with the medians. PART: pieces, bpm, extend, loop, vary, morph, remix or minute. COUNT: prompts,
 * 8 by default, from the FIRST on, 0 by default. FOLDER takes the clips for `judge.py`, those of earlier calls beside them.
 */
import { appendFile, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { median } from '../../src/cli/bench/percentile.ts';
import { choiceOption } from '../../src/cli/terminal/option-parsers.ts';
import { PROFILE_NAMES } from '../../src/riff/request.ts';
import { encodePng } from '../../src/spectrogram/png.ts';
import { type Clip, type Figures, PARTS } from './parts.ts';
import { cropped } from './picture.ts';
import { openStudio } from './studio.ts';

const { positionals, values } = parseArgs({
  allowPositionals: true,
  options: { profile: { type: 'string', default: 'balanced' }, clips: { type: 'string' } },
});
const [part = 'pieces', count = '8', first = '0'] = positionals;
const measure = PARTS[part];
const profile = choiceOption('profile', PROFILE_NAMES)(values.profile);
if (!measure) throw new Error(`part: expected one of ${Object.keys(PARTS).join(', ')}, got ${part}`);

async function save(folder: string, index: number, { role, picture, words }: Clip): Promise<void> {
  const file = `${part}-${index}-${role.replaceAll(' ', '-')}.png`;
  // The judge looks at clips of one size; a remix may be some columns shorter.
  await writeFile(join(folder, file), await encodePng(cropped(picture, 0, 512), studio.renderer.params));
  await appendFile(join(folder, 'clips.jsonl'), `${JSON.stringify({ part, index, role, file, ...words })}\n`);
}

const studio = await openStudio();
if (values.clips !== undefined) await mkdir(values.clips, { recursive: true });
const all: Figures[] = [];
for (let index = Number(first); index < Number(first) + Number(count); index++) {
  const clips: Clip[] = [];
  all.push(await measure(index, { studio, profile, keep: (clip) => clips.push(clip) }));
  console.log(JSON.stringify({ part, index, ...all.at(-1) }));
  if (values.clips !== undefined) for (const clip of clips) await save(values.clips, index, clip);
}
const names = Object.keys(all[0] ?? {});
const known = (name: string) => all.flatMap((figures) => figures[name] ?? []);
console.log(
  JSON.stringify({ part, medians: Object.fromEntries(names.map((name) => [name, median(known(name))])) }),
);
await studio.dispose();
