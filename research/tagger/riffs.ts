/**
 * Riffs for `heard_tags.py`: `node research/tagger/riffs.ts FOLDER [SEEDS [MODEL]] [--profile NAME]` renders SEEDS (12) of each bare tag
 * of prompts.json and leaves out what is there. MODEL is a folder, by default models/riff-mini.
 */
import { appendFile, mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { choiceOption } from '../../src/cli/option-parsers.ts';
import { DEFAULT_PROFILE, PROFILE_NAMES } from '../../src/riff/request.ts';
import { openStudio } from '../pieces/studio.ts';

const { positionals, values } = parseArgs({
  allowPositionals: true,
  options: { profile: { type: 'string', default: DEFAULT_PROFILE } },
});
const [folder, seeds = '12', model] = positionals;
if (folder === undefined) throw new Error('FOLDER: expected a folder to write, got none; name one');
const profile = choiceOption('profile', PROFILE_NAMES)(values.profile);
/** Bare tag → the others whose riffs may well have it, too. */
const alike: Readonly<Record<string, readonly string[]>> = JSON.parse(
  await readFile(join(import.meta.dirname, 'prompts.json'), 'utf8'),
);
const prompts = Object.keys(alike);

/** Tag → whether a riff of the prompt should have it, where that is clear. */
function tagsOf(prompt: string): Readonly<Record<string, boolean>> {
  const clear = prompts.filter((tag) => tag === prompt || !alike[tag]!.includes(prompt));
  return Object.fromEntries(clear.map((tag) => [tag, tag === prompt]));
}

await mkdir(folder, { recursive: true });
const list = join(folder, 'clips.jsonl');
await appendFile(list, '');
const there = await readFile(list, 'utf8');
const studio = await openStudio(model);
for (let seed = 0; seed < Number(seeds); seed++) {
  for (const [place, prompt] of prompts.entries()) {
    const file = `${prompt}-${seed}.wav`;
    if (there.includes(`"${file}"`)) continue;
    const { wav } = await studio.render({ prompt, profile, seed: 1000 * place + seed });
    await writeFile(join(folder, file), wav);
    await appendFile(list, `${JSON.stringify({ file, tags: tagsOf(prompt) })}\n`);
  }
}
await studio.dispose();
