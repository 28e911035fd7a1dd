/** A binary min-heap. `compare` must be a total order where the order of equals matters: a heap is not stable. */
export class Heap<T> {
  private readonly compare: (a: T, b: T) => number;
  private elements: T[];

  constructor(compare: (a: T, b: T) => number, items: readonly T[] = []) {
    this.compare = compare;
    this.elements = [...items];
    for (let index = (this.elements.length >> 1) - 1; index >= 0; index--) this.sink(index);
  }

  get size(): number {
    return this.elements.length;
  }

  push(item: T): void {
    const elements = this.elements;
    let index = elements.length;
    elements.push(item);
    while (index > 0) {
      const parent = (index - 1) >> 1;
      const above = elements[parent] as T;
      if (this.compare(above, item) <= 0) break;
      elements[index] = above;
      index = parent;
    }
    elements[index] = item;
  }

  peek(): T | undefined {
    return this.elements[0];
  }

  pop(): T | undefined {
    const elements = this.elements;
    const top = elements[0];
    const last = elements.pop();
    if (elements.length > 0 && last !== undefined) {
      elements[0] = last;
      this.sink(0);
    }
    return top;
  }

  /** All items, in no particular order. */
  items(): readonly T[] {
    return this.elements;
  }

  clear(): void {
    this.elements = [];
  }

  private sink(start: number): void {
    const elements = this.elements;
    const length = elements.length;
    const item = elements[start] as T;
    let index = start;
    for (;;) {
      let child = 2 * index + 1;
      if (child >= length) break;
      if (child + 1 < length && this.compare(elements[child + 1] as T, elements[child] as T) < 0) child++;
      const below = elements[child] as T;
      if (this.compare(item, below) <= 0) break;
      elements[index] = below;
      index = child;
    }
    elements[index] = item;
  }
}
