/** What keeps something of the past, and packs it once what packs is there. */
interface Keeper {
  mayPack: boolean;
}

/** Null: it is there. Where it cannot be fetched, the session says so, and the past stays as it is. */
export function packFrom(arrives: Promise<void> | null, keepers: readonly Keeper[]): void {
  const set = (may: boolean): void => {
    for (const keeper of keepers) keeper.mayPack = may;
  };
  set(arrives === null);
  arrives?.then(() => set(true), () => undefined);
}
