import { useSyncExternalStore } from "react";

let known: number | null = null;
const listeners = new Set<() => void>();

/** The value of a token that is a number, with or without a unit. */
export function tokenNumber(name: string): number {
  return Number.parseFloat(getComputedStyle(document.documentElement).getPropertyValue(name));
}

/** How many times their plain size type and controls are drawn; kept, because each reading makes the browser bring all styles up to date. */
export function scaleNow(): number {
  return (known ??= tokenNumber("--k"));
}

/** Reads the scale again: the mode, or the window, is another. */
export function readScale(): void {
  const before = known;
  known = tokenNumber("--k");
  if (known !== before) for (const listener of listeners) listener();
}

function listen(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

/** The scale, for what counts in pixels by itself. */
export function useScale(): number {
  return useSyncExternalStore(listen, scaleNow);
}

export const onScale = listen;
