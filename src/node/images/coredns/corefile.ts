/** The parts of a Corefile that change what the simulated server does. */
export interface Corefile {
  /** The first server block's port. */
  readonly port: number;
  readonly plugins: readonly string[];
  readonly clusterDomain: string;
  readonly ttlSeconds: number;
  readonly lameduckSeconds: number;
}

/** null where the text is no Corefile (unbalanced braces, no server block). */
export function parseCorefile(text: string): Corefile | null {
  const lines = text.split("\n").map((line) => line.replace(/#.*$/, "").trim()).filter((line) => line !== "");
  let depth = 0;
  let port = 0;
  const plugins: string[] = [];
  let clusterDomain = "cluster.local";
  let ttlSeconds = 5;
  let lameduckSeconds = 0;
  let plugin = "";
  for (const line of lines) {
    const words = line.split(/\s+/);
    const [first = "", second = ""] = words;
    if (first === "}") {
      depth--;
      if (depth < 0) return null;
      continue;
    }
    if (depth === 0) {
      const address = /:([0-9]+)/.exec(first);
      if (port === 0) port = address?.[1] === undefined ? 53 : Number(address[1]);
    } else if (depth === 1) {
      plugin = first;
      plugins.push(first);
      if (first === "kubernetes" && second !== "" && second !== "{") clusterDomain = second.replace(/\.$/, "");
    } else if (plugin === "kubernetes" && first === "ttl") ttlSeconds = seconds(second, ttlSeconds);
    else if (plugin === "health" && first === "lameduck") lameduckSeconds = seconds(second, lameduckSeconds);
    if (words[words.length - 1] === "{") depth++;
  }
  return depth === 0 && port !== 0 ? { port, plugins, clusterDomain, ttlSeconds, lameduckSeconds } : null;
}

function seconds(text: string, fallback: number): number {
  const match = /^([0-9]{1,5})s?$/.exec(text);
  return match?.[1] === undefined ? fallback : Number(match[1]);
}
