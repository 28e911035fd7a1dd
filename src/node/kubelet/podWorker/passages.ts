/** A state that was entered, and when (Unix microseconds by the machine's clock). */
export type Passage<State extends string> = readonly [state: State, atUs: number];

/** A container that keeps crashing passes four states a time round: the last few rounds are enough to see it. */
const mostPassages = 16;

/** The passages with one more; only the newest are kept. */
export function passed<State extends string>(before: readonly Passage<State>[], state: State, atUs: number): readonly Passage<State>[] {
  return [...(before.length < mostPassages ? before : before.slice(1 - mostPassages)), [state, atUs]];
}
