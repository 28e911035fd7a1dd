/** Nanocores as metrics-server prints them: "1234567n", "0". */
export function formatNanocores(nanocores: number): string {
  return nanocores === 0 ? "0" : `${nanocores}n`;
}

/** Whole kibibytes, as the kernel counts pages: "8192Ki". */
export function formatBytes(bytes: number): string {
  return bytes === 0 ? "0" : `${Math.round(bytes / 1024)}Ki`;
}

/** "15.002s": Go's text of a duration of at least a millisecond. */
export function formatWindow(us: number): string {
  const ms = Math.round(us / 1000);
  const minutes = Math.floor(ms / 60_000);
  const seconds = `${Number(((ms - minutes * 60_000) / 1000).toFixed(3))}s`;
  return minutes === 0 ? seconds : `${minutes}m${seconds}`;
}
