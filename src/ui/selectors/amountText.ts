const kibibyte = 1024;

/** Bytes as manifests write memory: "64Mi", "1.5Gi", "0". */
export function memoryText(bytes: number): string {
  if (bytes <= 0) return "0";
  const units = ["Ki", "Mi", "Gi", "Ti"] as const;
  let value = bytes / kibibyte;
  let unit = 0;
  while (value >= kibibyte && unit < units.length - 1) {
    value /= kibibyte;
    unit++;
  }
  const text = value >= 100 || Number.isInteger(value) ? String(Math.round(value)) : value.toFixed(1).replace(/\.0$/, "");
  return `${text}${units[unit]}`;
}

/** Thousandths of a CPU as manifests write them: "250m", "2". */
export function cpuText(milli: number): string {
  return milli > 0 && milli % 1000 === 0 ? String(milli / 1000) : `${milli}m`;
}
