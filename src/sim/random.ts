/** Integer-only PRNG; each consumer forks its own stream, so a new caller does not shift the others. */
export interface Random {
  int(minInclusive: number, maxInclusive: number): number;
  chance(ratio: { readonly num: number; readonly den: number }): boolean;
  pick<T>(items: readonly T[]): T;
  /** A stream named by purpose; the same name gives the same stream (its position is kept) for the life of the owner. */
  fork(stream: string): Random;
}
