/** A binary heap of indices, the one with the greatest key on top. */
export interface MaxHeap {
  size(): number;
  push(index: number, key: number): void;
  /** Removes and returns the top; only while size() > 0. */
  pop(): number;
}

/** Holds at most `capacity` indices, allocated at once. Keys are compared as 32-bit floats. */
export function createMaxHeap(capacity: number): MaxHeap {
  const heap = new Int32Array(capacity);
  const keys = new Float32Array(capacity);
  let size = 0;
  return {
    size: () => size,
    push(index, key) {
      let at = size++;
      while (at > 0) {
        const parent = (at - 1) >> 1;
        if (keys[parent]! >= key) break;
        heap[at] = heap[parent]!;
        keys[at] = keys[parent]!;
        at = parent;
      }
      heap[at] = index;
      keys[at] = key;
    },
    pop() {
      const top = heap[0]!;
      const moved = heap[--size]!;
      const key = keys[size]!;
      let at = 0;
      for (let child = 1; child < size; child = 2 * at + 1) {
        if (child + 1 < size && keys[child + 1]! > keys[child]!) child++;
        if (keys[child]! <= key) break;
        heap[at] = heap[child]!;
        keys[at] = keys[child]!;
        at = child;
      }
      heap[at] = moved;
      keys[at] = key;
      return top;
    },
  };
}
