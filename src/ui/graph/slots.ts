/**
 * Which place in its node's grid each pod has. A pod keeps its place for life and a new one takes the first free place, so that
 * nothing jumps when a neighbour goes; holes are closed only when the picture has come to rest.
 */
export class SlotBook {
  readonly #slots = new Map<string, Map<string, number>>();

  /** Places for the pods of one node, in the order given for newcomers. Forgets those that are gone. */
  assign(node: string, pods: readonly string[]): ReadonlyMap<string, number> {
    const before = this.#slots.get(node) ?? new Map<string, number>();
    const after = new Map<string, number>();
    const taken = new Set<number>();
    for (const pod of pods) {
      const slot = before.get(pod);
      if (slot === undefined) continue;
      after.set(pod, slot);
      taken.add(slot);
    }
    let free = 0;
    for (const pod of pods) {
      if (after.has(pod)) continue;
      while (taken.has(free)) free++;
      after.set(pod, free);
      taken.add(free);
    }
    this.#slots.set(node, after);
    return after;
  }

  /** Gives everyone the places from the first on, in the order they have. */
  close(): void {
    for (const [node, slots] of this.#slots) {
      const pods = [...slots].sort(([, a], [, b]) => a - b);
      this.#slots.set(node, new Map(pods.map(([pod], index) => [pod, index])));
    }
  }

  forget(): void {
    this.#slots.clear();
  }
}
