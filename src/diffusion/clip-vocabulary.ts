import { access } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { invalidModel, readJson, readOptionalJson, readText } from './model-folder/json-file.ts';

/** A CLIP byte-pair vocabulary and its special tokens. */
export interface ClipVocabulary {
  readonly ids: ReadonlyMap<string, number>;
  /** Pairs in order of rank. */
  readonly merges: readonly (readonly [string, string])[];
  readonly start: string;
  readonly end: string;
  readonly padding: string;
  readonly unknown: string;
  /** undefined if the files do not say. */
  readonly maxLength: number | undefined;
  /** True for a model trained on whole-word tokens, to which a word in pieces means nothing; false for CLIP's. */
  readonly isClosed?: boolean;
}

/** Tokens are strings or, in older files, objects that hold one. */
const tokenSchema = z
  .union([z.string(), z.object({ content: z.string() }).transform(({ content }) => content)])
  .nullish();

const specialTokensSchema = z.object({
  bos_token: tokenSchema,
  eos_token: tokenSchema,
  pad_token: tokenSchema,
  unk_token: tokenSchema,
});

const configSchema = specialTokensSchema.extend({ model_max_length: z.number().min(3).nullish() });

const idsSchema = z.record(z.string(), z.int().min(0));

const tokenizerJsonSchema = z.object({
  added_tokens: z.array(z.object({ id: z.int(), content: z.string() })).default([]),
  model: z.object({
    type: z.literal('BPE'),
    end_of_word_suffix: z.literal('</w>'),
    vocab: idsSchema,
    merges: z.array(z.union([z.string(), z.tuple([z.string(), z.string()])])),
  }),
});

/** transformers writes a huge number where a tokenizer has no limit. */
const NO_LIMIT = 1e6;

/**
 * Reads tokenizer/: vocab.json and merges.txt, or tokenizer.json where those are absent.
 * Throws RiffError('invalid_model') when a file is missing, cut short or not CLIP's.
 */
export async function readClipVocabulary(folder: string): Promise<ClipVocabulary> {
  const config = await readJson(folder, 'tokenizer_config.json', configSchema);
  const special = await readOptionalJson(folder, 'special_tokens_map.json', specialTokensSchema);
  const { ids, merges } = await readPairs(folder);
  const end = config.eos_token ?? special?.eos_token ?? '<|endoftext|>';
  const limit = config.model_max_length ?? NO_LIMIT;
  const vocabulary: ClipVocabulary = {
    ids,
    merges,
    start: config.bos_token ?? special?.bos_token ?? '<|startoftext|>',
    end,
    padding: config.pad_token ?? special?.pad_token ?? end,
    unknown: config.unk_token ?? special?.unk_token ?? end,
    maxLength: limit < NO_LIMIT ? limit : undefined,
  };
  assertComplete(folder, vocabulary);
  return vocabulary;
}

async function readPairs(folder: string): Promise<Pick<ClipVocabulary, 'ids' | 'merges'>> {
  if (!(await exists(folder, 'vocab.json')) && (await exists(folder, 'tokenizer.json'))) {
    const { model, added_tokens } = await readJson(folder, 'tokenizer.json', tokenizerJsonSchema);
    const added = added_tokens.map(({ content, id }): [string, number] => [content, id]);
    const pairs = model.merges.map((pair) => (typeof pair === 'string' ? pair.split(' ') : pair));
    return {
      ids: new Map([...Object.entries(model.vocab), ...added]),
      merges: pairs.map(([left = '', right = '']): [string, string] => [left, right]),
    };
  }
  const ids = new Map(Object.entries(await readJson(folder, 'vocab.json', idsSchema)));
  const lines = (await readText(folder, 'merges.txt', 'the merges of vocab.json')).split('\n');
  const pairs = lines.filter((line, index) => line.trim() !== '' && !(index === 0 && line.startsWith('#')));
  return {
    ids,
    merges: pairs.map((line): [string, string] => {
      const [left = '', right = ''] = line.trimEnd().split(' ');
      return [left, right];
    }),
  };
}

function assertComplete(folder: string, { ids, merges, ...tokens }: ClipVocabulary): void {
  for (const token of [tokens.start, tokens.end, tokens.padding, tokens.unknown]) {
    if (!ids.has(token)) throw invalidModel(folder, `the token ${token} in the vocabulary`, 'none');
  }
  const stray = merges.find(([left, right]) => !ids.has(left) || !ids.has(right) || !ids.has(left + right));
  if (stray) {
    const pair = JSON.stringify(stray.join(' '));
    throw invalidModel(folder, 'merges of tokens that the vocabulary holds', `${pair}: a file is cut short`);
  }
  // Every token longer than a character is made by a merge; a few may be special.
  const made = new Set(merges.map(([left, right]) => left + right));
  const long = [...ids.keys()].filter((token) => [...token.replace('</w>', '')].length > 1);
  const unmade = long.filter((token) => !made.has(token)).length;
  if (unmade > 8 + long.length / 100) {
    const expected = `merges for all ${long.length} longer tokens`;
    throw invalidModel(folder, expected, `none for ${unmade} of them: merges.txt is cut short`);
  }
}

async function exists(folder: string, name: string): Promise<boolean> {
  return access(join(folder, name)).then(
    () => true,
    () => false,
  );
}
