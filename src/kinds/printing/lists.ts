// Follows pkg/printers/internalversion/printers.go: short lists in cells.

const shown = 3;

/** The first three, and how many more. */
export function shortList(items: readonly string[], none: string): string {
  const text = items.slice(0, shown).join(",");
  if (items.length > shown) return `${text} + ${items.length - shown} more...`;
  return text === "" ? none : text;
}

/** "10.0.0.1:80", "[fd00::1]:80". */
export function hostPort(host: string, port: number): string {
  return host.includes(":") ? `[${host}]:${port}` : `${host}:${port}`;
}
