import { english } from './messages/wording.ts';

/** Numbers in sentences for operators and logs. */

/** `1 riff`, `2 riffs`; `1 thing keeps`, `2 things keep`. */
export function counted(count: number, one: string, many = `${one}s`): string {
  return english.counted(count, one, many);
}

/** `9.5`, to stand before "MiB". */
export const inMebibytes = english.mebibytes;

/** `5.1 s`. */
export const inSeconds = english.seconds;
