const letters = "abcdefghijklmnopqrstuvwxyz";

/**
 * Names that the API server drew, told apart by when they came instead: web-57b58cf556-nhtfx is web-57b58cf556-aaaaa where it was the
 * first. A transcript then says the same whatever else of the cluster draws names.
 */
export class NameAliases {
  readonly #aliases = new Map<string, string>();
  readonly #counts = new Map<string, number>();

  /** An object with a drawn name was created. Every resource is counted by itself. */
  add(resource: string, name: string, generateName: string): void {
    const count = this.#counts.get(resource) ?? 0;
    this.#counts.set(resource, count + 1);
    const round = Math.floor(count / letters.length);
    const letter = letters[count % letters.length] ?? "a";
    if (!this.#aliases.has(name)) this.#aliases.set(name, `${generateName}${round === 0 ? letter.repeat(5) : `${letter.repeat(3)}${String(round).padStart(2, "0")}`}`);
  }

  hide(text: string): string {
    let hidden = text;
    for (const [name, alias] of this.#aliases) hidden = hidden.replaceAll(name, alias);
    return hidden;
  }

  /** The drawn name of an alias; other names are their own. */
  find(alias: string): string {
    for (const [name, known] of this.#aliases) if (known === alias) return name;
    return alias;
  }
}
