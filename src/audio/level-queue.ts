/** Indices by level, the highest level first; within a level the newest. Each index may be in it once. */
export interface LevelQueue {
  push(index: number, level: number): void;
  /** Removes and returns the first; −1 where there is none. */
  pop(): number;
}

/** Indices are whole numbers below `capacity`, levels below `levels`. Memory for all of them is allocated at once. */
export function createLevelQueue(capacity: number, levels: number): LevelQueue {
  const newest = new Int32Array(levels).fill(NONE);
  const before = new Int32Array(capacity);
  let highest = 0;
  return {
    push(index, level) {
      before[index] = newest[level]!;
      newest[level] = index;
      if (level > highest) highest = level;
    },
    pop() {
      while (highest > 0 && newest[highest] === NONE) highest--;
      const index = newest[highest]!;
      if (index !== NONE) newest[highest] = before[index]!;
      return index;
    },
  };
}

const NONE = -1;
