// Names an engine build: the sorted sources of layers 0-5 and the lockfile. Recordings say which engine made them.
import { createHash } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { dirname, join, relative, sep } from "node:path";
import { fileURLToPath } from "node:url";

const src = join(dirname(fileURLToPath(import.meta.url)), "..");
const layers = ["base", "sim", "apimachinery", "kinds", "etcd", "client", "network", "apiserver", "controllers", "scheduler", "node", "cluster"];

function sources(folder) {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) return entry.name === "testing" || entry.name === "testdata" ? [] : sources(path);
    return /\.test\.tsx?$/.test(entry.name) ? [] : [path];
  });
}

/** Sixteen hex digits, the same on every machine. */
export function engineHash() {
  const hash = createHash("sha256");
  const files = layers.flatMap((layer) => sources(join(src, layer))).map((path) => [relative(src, path).split(sep).join("/"), path]).sort((a, b) => (a[0] < b[0] ? -1 : 1));
  for (const [name, path] of files) hash.update(name).update("\0").update(readFileSync(path)).update("\0");
  hash.update(readFileSync(join(src, "../package-lock.json")));
  return hash.digest("hex").slice(0, 16);
}
