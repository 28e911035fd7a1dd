const units: Readonly<Record<string, number>> = { s: 1, m: 60, h: 3600, d: 86_400 };

/** "1.5m" in seconds; null where it is no duration. */
export function secondsOf(text: string): number | null {
  const match = /^([0-9]*\.?[0-9]+)([smhd]?)$/.exec(text);
  return match === null ? null : Number(match[1]) * (units[match[2] === "" ? "s" : (match[2] ?? "s")] ?? 1);
}
