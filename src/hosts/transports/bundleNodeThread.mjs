import { mkdir } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const root = join(dirname(fileURLToPath(import.meta.url)), "../../..");

/** Bundles the TypeScript entry of a worker thread (a path from the repository's root) into .build/ and returns the script's path. */
export async function bundleNodeThread(entry) {
  const outDir = join(root, ".build");
  await mkdir(outDir, { recursive: true });
  const outfile = join(outDir, `${basename(entry, ".ts")}.mjs`);
  await build({ entryPoints: [join(root, entry)], outfile, bundle: true, platform: "node", format: "esm", target: "node20", sourcemap: "inline", logLevel: "error" });
  return outfile;
}
