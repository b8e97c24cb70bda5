import type { Command } from 'commander';
import { decodeSound } from '../audio/decode-sound.ts';
import { readWav } from '../audio/wav.ts';
import { UserError } from '../errors.ts';
import type { SourceFiles } from '../render/paint-request.ts';
import { riffOf } from '../render/recipe-file.ts';
import {
  type ExtendOptions,
  extended,
  looped,
  type MorphEnd,
  morphed,
  REMIX_STRENGTHS,
  type RequestContext,
  remixed,
  reworded,
  varied,
} from '../riff/follow-up.ts';
import type { Source } from '../riff/origin.ts';
import { REQUEST_LIMITS, type RiffRequest } from '../riff/request.ts';
import { choiceOption, numberOption } from './option-parsers.ts';
import { addRenderOptions, type RenderCommandOptions, runRender, settingsOf } from './render-command.ts';
import { readUserFile } from './user-files.ts';

const AMOUNTS = ['near', 'far'] as const;
const ENDS = ['end', 'start'] as const;
/** Of an extension; less is no column of the latents. */
const ADDED_SECONDS = { min: 0.2, max: REQUEST_LIMITS.lengthSeconds.max };

/** The commands that go on from a riff or a sound. */
export function addFollowUps(program: Command): void {
  addVary(program);
  addExtend(program);
  addLoop(program);
  addMorph(program);
  addRemix(program);
}

function addVary(program: Command): void {
  const command = ofRiff(
    program,
    'vary',
    'render a riff again: nearly the same, or another on its beat',
  ).option('--amount <how>', AMOUNTS.join(' or '), choiceOption('amount', AMOUNTS), 'near');
  type Options = RenderCommandOptions & { readonly amount: (typeof AMOUNTS)[number] };
  addRenderOptions(command, []).action(async (path: string, options: Options) => {
    const riff = await parentOf(path, options);
    const request = ({ freshSeed }: RequestContext) => varied({ riff }, options.amount, freshSeed);
    await runRender({ title: riff.prompt, suffix: options.amount, inputs: [path], request }, options);
  });
}

function addExtend(program: Command): void {
  const command = ofRiff(program, 'extend', 'render a riff and what comes after or before it')
    .option('--seconds <n>', 'how much is added', numberOption('seconds', ADDED_SECONDS), 5)
    .option('--at <place>', ENDS.join(' or '), choiceOption('at', ENDS), 'end');
  type Options = RenderCommandOptions & Pick<ExtendOptions, 'seconds' | 'at'>;
  addRenderOptions(command, ['prompt', 'negative']).action(async (path: string, options: Options) => {
    const riff = await parentOf(path, options);
    const { seconds, at, prompt, negative: negativePrompt } = options;
    const request = (context: RequestContext) => {
      const words = reworded(riff, { prompt, negativePrompt }, context);
      return extended({ riff }, { seconds, at, seed: context.freshSeed, ...words }, context.grid);
    };
    await runRender({ title: riff.prompt, suffix: 'extended', inputs: [path], request }, options);
  });
}

function addLoop(program: Command): void {
  const command = ofRiff(program, 'loop', 'cut a riff to whole bars that can be repeated');
  addRenderOptions(command, ['length', 'bpm']).action(async (path: string, options: RenderCommandOptions) => {
    const riff = await parentOf(path, options);
    const request = () => ({ ...looped({ riff }), ...settingsOf(options) });
    await runRender({ title: riff.prompt, suffix: 'loop', inputs: [path], request }, options);
  });
}

function addMorph(program: Command): void {
  const command = program
    .command('morph')
    .description('render a riff that begins as one and ends as another')
    .argument('<from>', "words, or a riff's PNG, WAV or Ogg")
    .argument('<to>', "words, or a riff's PNG, WAV or Ogg");
  const own = ['negative', 'length', 'bpm', 'steps', 'guidance', 'scheduler'] as const;
  addRenderOptions(command, own).action(async (from: string, to: string, options: RenderCommandOptions) => {
    const [one, other] = [await endOf('from', from, options), await endOf('to', to, options)];
    const { length: lengthSeconds, bpm } = options;
    const request = ({ grid, freshSeed: seed, complete }: RequestContext) => {
      const completed = (end: TypedEnd): MorphEnd => ('words' in end ? { words: complete(end.words) } : end);
      return morphed([completed(one), completed(other)], { lengthSeconds, bpm, seed }, grid);
    };
    await runRender(
      { title: `${from} to ${to}`, suffix: 'morph', inputs: [from, to].filter(isRiffPath), request },
      options,
    );
  });
}

function addRemix(program: Command): void {
  const command = program
    .command('remix')
    .description('render a sound or a riff again with other words')
    .argument('<sound>', "a WAV, MP3, Ogg or FLAC, or a riff's PNG")
    .argument('<prompt...>', 'words that describe the music')
    .option(
      '--strength <x>',
      `0 keeps the sound, ${REMIX_STRENGTHS.tune} its tune, ${REMIX_STRENGTHS.beat} its beat, 1 nearly nothing`,
      numberOption('strength'),
      REMIX_STRENGTHS.beat,
    )
    .option(
      '--start <seconds>',
      'where in the sound to begin (default: where most happens)',
      numberOption('start'),
    );
  type Options = RenderCommandOptions & { readonly strength: number; readonly start?: number };
  const own = ['negative', 'bpm', 'steps', 'guidance', 'scheduler'] as const;
  addRenderOptions(command, own).action(async (path: string, words: string[], options: Options) => {
    const { of, files } = await remixSource(path, options.start);
    const prompt = words.join(' ');
    const request = () => remixed(of, { prompt, ...settingsOf(options) }, options.strength);
    await runRender({ title: prompt, suffix: 'remix', inputs: [path], request, files }, options);
  });
}

const UPLOAD = 'sound.upload';

/** A riff's recipe, from which its latents are made again, is better than its sound; other sounds are decoded and checked. */
async function remixSource(
  path: string,
  startSeconds: number | undefined,
): Promise<{ readonly of: Source<RiffRequest>; readonly files: SourceFiles }> {
  const bytes = await readUserFile('sound', path);
  const riff = startSeconds === undefined ? riffOf('sound', bytes) : null;
  if (riff) return { of: { riff }, files: filesOf(bytes) };
  const wav = await decodeSound(bytes);
  readWav(wav);
  return { of: { upload: UPLOAD, startSeconds }, files: filesOf(wav) };
}

function filesOf(upload: Uint8Array): SourceFiles {
  return { latents: async () => null, upload: async () => upload };
}

function ofRiff(program: Command, name: string, description: string): Command {
  return program.command(name).description(description).argument('<riff>', "a riff's PNG, WAV or Ogg");
}

async function parentOf(path: string, { profile }: RenderCommandOptions): Promise<RiffRequest> {
  const riff = await readRiffFile('riff', path);
  return profile === undefined ? riff : { ...riff, profile };
}

/** An end of a morph: a riff's request, or words with the settings that were typed. */
type TypedEnd = { readonly words: Partial<RiffRequest> } | { readonly riff: RiffRequest };

async function endOf(
  name: string,
  text: string,
  { length: _, bpm: __, ...options }: RenderCommandOptions,
): Promise<TypedEnd> {
  if (isRiffPath(text)) return { riff: await readRiffFile(name, text) };
  return { words: { prompt: text, ...settingsOf(options) } };
}

/** Whether an argument names a riff's file rather than being a prompt. */
export function isRiffPath(text: string): boolean {
  return /\.(png|wav|ogg)$/i.test(text);
}

/** The request in a riff's PNG, WAV or Ogg. Throws UserError if the file cannot be read or holds no recipe. */
async function readRiffFile(name: string, path: string): Promise<RiffRequest> {
  const riff = riffOf(name, await readUserFile(name, path));
  if (riff) return riff;
  throw new UserError(
    `${name}: expected a PNG, WAV or Ogg with a recipe, as riff makes them, got ${path} without one; use the file that riff wrote`,
  );
}
