/**
 * Measures pieces of riff-mini: `node research/pieces/measure.ts PART [COUNT [FIRST]] [--profile NAME] [--into FOLDER]`, one
 * JSON line for each prompt, then the values of each figure from the least on. PART: pieces, bpm, extend, loop, vary, morph, remix
 * or minute. COUNT: prompts, 8 by default, from the FIRST on, 0 by default. FOLDER, one for each profile and model, takes
 * the figures and the clips for `judge.py`; earlier calls count in the values, so that a long part can be cut in several.
 */
import { appendFile, mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { median } from '../../src/cli/bench/percentile.ts';
import { choiceOption } from '../../src/cli/option-parsers.ts';
import { PROFILE_NAMES } from '../../src/riff/request.ts';
import { encodePng } from '../../src/spectrogram/png.ts';
import { type Clip, type Figures, PARTS } from './parts.ts';
import { cropped } from './picture.ts';
import { openStudio } from './studio.ts';

const FIGURES = 'figures.jsonl';

const { positionals, values } = parseArgs({
  allowPositionals: true,
  options: { profile: { type: 'string', default: 'balanced' }, into: { type: 'string' } },
});
const [part = 'pieces', count = '8', first = '0'] = positionals;
const measure = PARTS[part];
const profile = choiceOption('profile', PROFILE_NAMES)(values.profile);
if (!measure) throw new Error(`part: expected one of ${Object.keys(PARTS).join(', ')}, got ${part}`);

/** The line of a prompt, and its clips. */
async function save(folder: string, index: number, line: string, clips: readonly Clip[]): Promise<void> {
  for (const { role, picture, words } of clips) {
    const file = `${part}-${index}-${role.replaceAll(' ', '-')}.png`;
    // The judge looks at clips of one size; a remix may be some columns shorter.
    await writeFile(join(folder, file), await encodePng(cropped(picture, 0, 512), studio.renderer.params));
    await appendFile(
      join(folder, 'clips.jsonl'),
      `${JSON.stringify({ part, index, role, file, ...words })}\n`,
    );
  }
  await appendFile(join(folder, FIGURES), `${line}\n`);
}

/** The last line of a prompt counts. */
async function figuresIn(folder: string): Promise<readonly Figures[]> {
  const lines = (await readFile(join(folder, FIGURES), 'utf8')).trim().split('\n');
  const all = lines.map((line) => JSON.parse(line)).filter((line) => line.part === part);
  return [...new Map(all.map(({ part: _, index, ...figures }) => [index, figures])).values()];
}

const studio = await openStudio();
if (values.into !== undefined) await mkdir(values.into, { recursive: true });
const measured: Figures[] = [];
for (let index = Number(first); index < Number(first) + Number(count); index++) {
  const clips: Clip[] = [];
  const figures = await measure(index, { studio, profile, keep: (clip) => clips.push(clip) });
  const line = JSON.stringify({ part, index, ...figures });
  console.log(line);
  measured.push(figures);
  if (values.into !== undefined) await save(values.into, index, line, clips);
}
await studio.dispose();
const all = values.into === undefined ? measured : await figuresIn(values.into);
for (const name of Object.keys(all[0] ?? {})) {
  const known = all.flatMap((figures) => figures[name] ?? []).sort((a, b) => a - b);
  const shown = known.map((value) => Number(value.toPrecision(3))).join(' ');
  console.log(`${name}, ${known.length} of ${all.length}, median ${median(known).toPrecision(3)}: ${shown}`);
}
