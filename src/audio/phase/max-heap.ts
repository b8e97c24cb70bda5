/** A binary heap of indices into `keys`, the index of the greatest key on top. */
export interface MaxHeap {
  size(): number;
  push(index: number): void;
  /** Removes and returns the top; only while size() > 0. */
  pop(): number;
}

/** Every index may be pushed once; memory for all of them is taken at once. */
export function createMaxHeap(keys: Float32Array): MaxHeap {
  const heap = new Int32Array(keys.length);
  let size = 0;
  return {
    size: () => size,
    push(index) {
      const key = keys[index]!;
      let at = size++;
      while (at > 0) {
        const parent = (at - 1) >> 1;
        if (keys[heap[parent]!]! >= key) break;
        heap[at] = heap[parent]!;
        at = parent;
      }
      heap[at] = index;
    },
    pop() {
      const top = heap[0]!;
      const moved = heap[--size]!;
      const key = keys[moved]!;
      let at = 0;
      for (let child = 1; child < size; child = 2 * at + 1) {
        if (child + 1 < size && keys[heap[child + 1]!]! > keys[heap[child]!]!) child++;
        if (keys[heap[child]!]! <= key) break;
        heap[at] = heap[child]!;
        at = child;
      }
      heap[at] = moved;
      return top;
    },
  };
}
