/** Whether the person asked their system for less motion. Asked each time: it may change while the page stands. */
export function isCalm(): boolean {
  return typeof matchMedia !== "undefined" && matchMedia("(prefers-reduced-motion: reduce)").matches;
}
