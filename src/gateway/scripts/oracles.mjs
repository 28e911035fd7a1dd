// Replays recorded answers of a real Kubernetes against the gateway. The floors only rise.
import { spawn, spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readdirSync, readFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { installWhereNeeded, root } from "./install.mjs";

const oracles = join(root, "../shared/oracles");
if (!existsSync(oracles)) {
  console.log("oracles: SKIPPED, the recorded answers are not beside this checkout");
  process.exit(0);
}
installWhereNeeded();
const floors = JSON.parse(readFileSync(join(root, "src/gateway/scripts/oracleFloors.json"), "utf8"));
const token = "oracles";

/** Starts a gateway, calls `use` with its address, stops it. */
async function withGateway(args, use) {
  const child = spawn(process.execPath, [join(root, "src/gateway/scripts/gateway.mjs"), "--port", "0", "--token", token, "--kubeconfig", join(mkdtempSync(join(tmpdir(), "orrery-")), "kubeconfig"), ...args], { stdio: ["ignore", "pipe", "inherit"] });
  try {
    const line = await new Promise((resolve, reject) => {
      child.stdout.once("data", (data) => resolve(String(data)));
      child.once("exit", (code) => reject(new Error(`the gateway ended with ${code}`)));
    });
    return use(line.trim().replace("listening on ", ""));
  } finally {
    child.kill("SIGTERM");
  }
}

/** Runs a replayer; its last line is "N passed, N failed". */
function replay(name, program, args, server) {
  const result = spawnSync(process.execPath, [join(oracles, program), "--server", server, "--token", token, "--insecure", ...args], { encoding: "utf8", maxBuffer: 1 << 28, timeout: 20 * 60_000 });
  const last = (result.stdout ?? "").trim().split("\n").at(-1) ?? "";
  const [, passed, failed] = /(\d+) passed, (\d+) failed/.exec(last) ?? [];
  if (passed === undefined) {
    console.log(`${name}: no count; it printed:\n${(result.stdout ?? "").slice(-2_000)}${(result.stderr ?? "").slice(-2_000)}`);
    return { passed: 0, failed: 1 };
  }
  console.log(`${name}: ${passed} of ${Number(passed) + Number(failed)} recorded cases answered as recorded, floor ${floors[name] ?? 0}`);
  return { passed: Number(passed), failed: Number(failed) };
}

let below = 0;
function hold(name, count) {
  if (count.passed < (floors[name] ?? 0)) {
    console.log(`${name}: BELOW ITS FLOOR`);
    below += 1;
  }
}

await withGateway(["--nodes", "0", "--addons", "none", "--speed", "10"], (server) => {
  for (const file of readdirSync(join(oracles, "transcripts")).filter((entry) => entry.endsWith(".json"))) {
    const name = `transcripts/${file.replace(".json", "")}`;
    if (floors[name] === undefined) continue;
    hold(name, replay(name, "transcripts/replay.mjs", ["--retry-ms", "3000", join(oracles, "transcripts", file)], server));
  }
});
for (const only of floors.scenarioGroups ?? []) {
  await withGateway(["--cluster", join(oracles, "scenarios/cluster.yaml"), "--speed", "10"], (server) => {
    const name = `scenarios/${only}`;
    hold(name, replay(name, "scenarios/run-scenarios.mjs", ["--timescale", "0.2", "--only", only, join(oracles, "scenarios")], server));
  });
}
console.log(below === 0 ? "oracles: every floor holds" : `oracles: ${below} below their floor`);
process.exit(below === 0 ? 0 : 1);
