interface Part {
  /** By value of the key's label. Kept by others: it is not changed here. */
  readonly counts: ReadonlyMap<string, number>;
  readonly weight: number;
}

/** Counts by topology pair (key and value of a node's label): sums of counts that are kept, and what one cycle supposes beside. */
export class TopologyCounts {
  private readonly parts = new Map<string, Part[]>();
  private supposed: Map<string, Map<string, number>> | null = null;

  include(key: string, counts: ReadonlyMap<string, number>, weight: number): void {
    if (counts.size === 0) return;
    const parts = this.parts.get(key);
    if (parts === undefined) this.parts.set(key, [{ counts, weight }]);
    else parts.push({ counts, weight });
  }

  add(key: string, labels: Readonly<Record<string, string>>, by: number): void {
    const value = labels[key];
    if (value === undefined) return;
    if (!this.parts.has(key)) this.parts.set(key, []);
    this.supposed ??= new Map();
    const values = this.supposed.get(key) ?? new Map<string, number>();
    this.supposed.set(key, values);
    const count = (values.get(value) ?? 0) + by;
    if (count === 0) values.delete(value);
    else values.set(value, count);
  }

  of(key: string, value: string): number {
    let sum = this.supposed?.get(key)?.get(value) ?? 0;
    for (const { counts, weight } of this.parts.get(key) ?? []) sum += (counts.get(value) ?? 0) * weight;
    return sum;
  }

  keys(): Iterable<string> {
    return this.parts.keys();
  }

  /** Whether every pair comes to nothing. */
  get empty(): boolean {
    if (this.supposed === null) return this.parts.size === 0;
    for (const [key, parts] of this.parts) {
      for (const { counts } of parts) for (const value of counts.keys()) if (this.of(key, value) !== 0) return false;
      for (const value of this.supposed.get(key)?.keys() ?? []) if (this.of(key, value) !== 0) return false;
    }
    return true;
  }
}
