// Follows apimachinery/pkg/util/duration/duration.go.

/** A duration as kubectl's AGE shows it: at most two units, fewer digits the older a thing is. */
export function humanDuration(durationUs: number): string {
  const seconds = Math.trunc(durationUs / 1_000_000);
  if (seconds < -1) return "<invalid>";
  if (seconds < 0) return "0s";
  if (seconds < 120) return `${seconds}s`;
  const minutes = Math.trunc(seconds / 60);
  if (minutes < 10) return seconds % 60 === 0 ? `${minutes}m` : `${minutes}m${seconds % 60}s`;
  if (minutes < 180) return `${minutes}m`;
  const hours = Math.trunc(minutes / 60);
  if (hours < 8) return minutes % 60 === 0 ? `${hours}h` : `${hours}h${minutes % 60}m`;
  if (hours < 48) return `${hours}h`;
  if (hours < 192) return hours % 24 === 0 ? `${Math.trunc(hours / 24)}d` : `${Math.trunc(hours / 24)}d${hours % 24}h`;
  const years = Math.trunc(hours / 24 / 365);
  if (years < 2) return `${Math.trunc(hours / 24)}d`;
  const days = Math.trunc(hours / 24) % 365;
  if (years < 8) return days === 0 ? `${years}y` : `${years}y${days}d`;
  return `${years}y`;
}
