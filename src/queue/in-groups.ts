/**
 * A function of one item from a function of many: what comes in the same turn of the event loop's queue, or while a group is
 * worked on, is worked on together. `work` returns one result an item, in their order; where it rejects, all of its
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
