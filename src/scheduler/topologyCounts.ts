/** Counts by topology pair (key and value of a node's label); a pair that comes to 0 is gone. */
export class TopologyCounts {
  private readonly byKey = new Map<string, Map<string, number>>();

  add(key: string, labels: Readonly<Record<string, string>>, by: number): void {
    const value = labels[key];
    if (value === undefined) return;
    let values = this.byKey.get(key);
    if (values === undefined) {
      values = new Map();
      this.byKey.set(key, values);
    }
    const count = (values.get(value) ?? 0) + by;
    if (count === 0) values.delete(value);
    else values.set(value, count);
    if (values.size === 0) this.byKey.delete(key);
  }

  of(key: string, value: string): number {
    return this.byKey.get(key)?.get(value) ?? 0;
  }

  keys(): Iterable<string> {
    return this.byKey.keys();
  }

  get empty(): boolean {
    return this.byKey.size === 0;
  }
}
