import { t } from "../language/text.ts";
function two(value: number): string {
  return String(value).padStart(2, "0");
}

/** Virtual time since the cluster began: "00:02:14.350". */
export function clockText(us: number): string {
  const ms = Math.floor(us / 1000);
  const seconds = Math.floor(ms / 1000);
  return `${two(Math.floor(seconds / 3600))}:${two(Math.floor(seconds / 60) % 60)}:${two(seconds % 60)}.${String(ms % 1000).padStart(3, "0")}`;
}

/** The same to the microsecond: where time stands still, the next event is often less than a millisecond away. */
export function fineClockText(us: number): string {
  return clockText(us) + String(Math.floor(us) % 1000).padStart(3, "0");
}

/** "02:14" or "1:02:14": a moment on the timeline. */
export function shortClock(us: number): string {
  const seconds = Math.floor(us / 1_000_000);
  const hours = Math.floor(seconds / 3600);
  const rest = `${two(Math.floor(seconds / 60) % 60)}:${two(seconds % 60)}`;
  return hours === 0 ? rest : `${hours}:${rest}`;
}

/** A span in words that fit a cell: "9 ms", "1.4 s", "3 min". */
export function spanText(us: number): string {
  if (us < 1_000) return `${us} µs`;
  if (us < 1_000_000) return t`${Math.round(us / 1_000)} ms`;
  if (us < 60_000_000) return `${(us / 1_000_000).toFixed(1)} s`;
  return t`${Math.round(us / 60_000_000)} min`;
}

/** How long ago, as kubectl's AGE column says it for short spans. */
export function ageText(us: number): string {
  const seconds = Math.max(0, Math.floor(us / 1_000_000));
  if (seconds < 120) return `${seconds}s`;
  if (seconds < 600) return seconds % 60 === 0 ? `${Math.floor(seconds / 60)}m` : `${Math.floor(seconds / 60)}m${seconds % 60}s`;
  if (seconds < 3 * 3600) return `${Math.floor(seconds / 60)}m`;
  if (seconds < 48 * 3600) return `${Math.floor(seconds / 3600)}h`;
  return `${Math.floor(seconds / 86_400)}d`;
}

/** "1 204": thousands apart by a thin space. */
export function groupedNumber(value: number): string {
  return String(value).replace(/\B(?=(\d{3})+(?!\d))/g, "\u2009");
}
