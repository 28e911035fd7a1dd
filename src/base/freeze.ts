/**
 * Freezes plain data all the way down and returns it. Stops at what is frozen already: objects are immutable and shared,
 * so a frozen object is taken to be frozen below as well.
 */
export function deepFreeze<T>(value: T): T {
  if (typeof value !== "object" || value === null || Object.isFrozen(value)) return value;
  Object.freeze(value);
  for (const key in value) deepFreeze(value[key]);
  return value;
}
