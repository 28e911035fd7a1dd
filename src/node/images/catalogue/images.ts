import { genericImage } from "../generic/image.ts";
import type { ImageDefinition } from "../program.ts";
import { debianFlavours, tagExists, type TagRule } from "../tags.ts";

function stated(names: readonly string[], sizeBytes: number, rule: Omit<TagRule, "flavours"> & { readonly flavours?: readonly string[] }): ImageDefinition {
  return { ...genericImage, names, sizeBytes, tagExists: (tag) => tagExists({ flavours: debianFlavours, ...rule }, tag) };
}

const usual = ["latest", "alpine", "slim", "bookworm", "bullseye"];

/**
 * Images that everybody knows by an unqualified name but that are not simulated as themselves: they can be pulled, by the rule of their
 * tags, and run as the generic server, which says so.
 */
export const statedImages: readonly ImageDefinition[] = [
  stated(["node"], 390_000_000, { names: [...usual, "lts", "current"], minors: { "14": 21, "16": 20, "18": 20, "20": 20, "22": 22, "24": 12, "25": 3 } }),
  stated(["golang"], 310_000_000, { names: usual, minors: { "1": 26 } }),
  stated(["php"], 180_000_000, { names: [...usual, "apache", "fpm"], minors: { "5": 6, "7": 4, "8": 5 }, flavours: [...debianFlavours, "apache", "fpm", "cli"] }),
  stated(["ruby"], 360_000_000, { names: usual, minors: { "2": 7, "3": 4 } }),
  stated(["tomcat"], 190_000_000, { names: usual, minors: { "8": 5, "9": 0, "10": 1, "11": 0 }, flavours: ["jdk17", "jdk21", "jre17"] }),
  stated(["haproxy", "traefik", "caddy"], 50_000_000, { names: usual, minors: { "1": 9, "2": 11, "3": 6 } }),
  stated(["elasticsearch", "kibana", "logstash"], 620_000_000, { names: [], minors: { "6": 8, "7": 17, "8": 19, "9": 2 } }),
  stated(["influxdb", "consul", "vault"], 180_000_000, { names: usual, minors: { "1": 22, "2": 7, "3": 9, "4": 1, "5": 0 } }),
  stated(["prom/prometheus", "grafana/grafana"], 90_000_000, { names: ["latest", "plain-text"], minors: { "0": 99, "1": 99, "2": 99, "3": 99, "9": 99, "10": 99, "11": 99, "12": 99 } }),
];
