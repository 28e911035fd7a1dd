// Bundles and runs the engine's benchmarks; figures to $OUT_DIR/bench.json or .bench/bench.json. Exits non-zero where a gate fails.
import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { installWhereNeeded, root, run } from "../gateway/scripts/install.mjs";
import { nodeFlags } from "../hosts/nodeFlags.mjs";
import { engineHash } from "../hosts/engineHash.mjs";

installWhereNeeded();
if (run("node", ["src/kinds/generate/generateSchema.mjs"]) !== 0) process.exit(1);
const { build } = await import("esbuild");
const folder = join(root, ".bench");
mkdirSync(folder, { recursive: true });

const common = { bundle: true, platform: "node", format: "esm", target: "node20", logLevel: "error", loader: { ".yaml": "text", ".md": "text" } };
await build({ ...common, entryPoints: [join(root, "src/bench/main.ts")], packages: "external", outfile: join(folder, "main.mjs"), define: { __ORRERY_ENGINE__: JSON.stringify(engineHash()) } });

// What HTTPS alone costs, beside the gateway.
await build({ ...common, entryPoints: [join(root, "src/bench/echoServer.ts")], packages: "external", outfile: join(folder, "echoServer.mjs") });

// The peer is installed for this comparison only.
const peer = join(folder, "peer");
if (!existsSync(join(peer, "node_modules/@ngrok/webernetes"))) {
  mkdirSync(peer, { recursive: true });
  writeFileSync(join(peer, "package.json"), '{ "private": true }\n');
  spawnSync("npm", ["install", "--no-audit", "--no-fund", "--silent", "--prefix", peer, "@ngrok/webernetes@0.3.5"], { stdio: "inherit" });
}
let peers = null;
if (existsSync(join(peer, "node_modules/@ngrok/webernetes"))) {
  peers = join(folder, "peers");
  await build({ ...common, entryPoints: [join(root, "src/bench/peerRollout.mjs"), join(root, "src/bench/peerRequests.mjs")], outdir: peers, outExtension: { ".js": ".mjs" }, nodePaths: [join(peer, "node_modules")], banner: { js: "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);" } });
} else console.error("the peer @ngrok/webernetes could not be installed: its comparison is left out");

const child = spawnSync(process.execPath, [...nodeFlags, join(folder, "main.mjs"), process.env.OUT_DIR || folder, peers ?? "none", process.argv[2] ?? "all"], { cwd: root, stdio: "inherit" });
process.exit(child.status ?? 1);
