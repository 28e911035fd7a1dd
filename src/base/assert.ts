/** Throws when `condition` is false: a broken invariant of ours, never a fault of the user's input. */
export function assert(condition: unknown, message: string): asserts condition {
  if (!condition) throw new Error(`assertion failed: ${message}`);
}

/** Proves to the compiler that all cases are handled; throws if data from outside breaks the promise. */
export function unreachable(value: never): never {
  throw new Error(`unreachable: ${JSON.stringify(value)}`);
}
