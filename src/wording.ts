/** Numbers in sentences, for users, operators and logs. */

/** `1 riff`, `2 riffs`; `1 thing keeps`, `2 things keep`. */
export function counted(count: number, one: string, many = `${one}s`): string {
  return `${count} ${count === 1 ? one : many}`;
}

/** `5.1 s`. */
export function inSeconds(ms: number, digits = 1): string {
  return `${(ms / 1000).toFixed(digits)} s`;
}
