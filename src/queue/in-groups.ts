/**
 * Turns a function of many items into a function of one: items of the same turn of the event loop, or that come while a
 * group is in progress, form a group. `work` returns one result per item, in their order; if it rejects, all calls of its
 * group do.
 */
export function inGroups<Item, Result>(
  work: (items: readonly Item[]) => Promise<readonly Result[]>,
): (item: Item) => Promise<Result> {
  let waiting: Item[] = [];
  let next: Promise<readonly Result[]> | null = null;
  let last: Promise<unknown> = Promise.resolve();
  const begin = (): Promise<readonly Result[]> => {
    const items = waiting;
    waiting = [];
    next = null;
    return work(items);
  };
  return async (item) => {
    const index = waiting.push(item) - 1;
    next ??= last.then(begin);
    last = next.catch(() => {});
    return (await next)[index] as Result;
  };
}
