import type { ImageDefinition } from "../program.ts";
import { tagExists } from "../tags.ts";
import { MetricsServerProgram } from "./program.ts";

/** "15s" or "1m" in microseconds; null: no such duration. */
function durationUs(text: string): number | null {
  const found = /^([0-9]{1,4})(s|m)$/.exec(text);
  return found === null ? null : Number(found[1]) * (found[2] === "m" ? 60_000_000 : 1_000_000);
}

export const metricsServerImage: ImageDefinition = {
  names: ["registry.k8s.io/metrics-server/metrics-server"],
  tagExists: (tag) => tagExists({ names: [], minors: { "0": 8 }, flavours: [], prefixed: true }, tag),
  sizeBytes: 22_500_000,
  entrypoint: ["/metrics-server"],
  command: [],
  env: { PATH: "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin" },
  exposedPorts: [],
  files: {},
  program: (command) => {
    if (command[0] !== "/metrics-server") return null;
    const flag = (name: string): string | undefined => command.find((word) => word.startsWith(`--${name}=`))?.slice(name.length + 3);
    return new MetricsServerProgram({ port: Number(flag("secure-port") ?? "443"), resolutionUs: Math.max(10_000_000, durationUs(flag("metric-resolution") ?? "60s") ?? 60_000_000) });
  },
};
