/** A generator of our own: the same seeds give the same runs on every machine. dice(seed)(6) is 0 to 5. */
export function dice(seed: number): (count: number) => number {
  let state = seed * 2_654_435_761 + 1;
  return (count) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * count);
  };
}
