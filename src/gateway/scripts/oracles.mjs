// Replays recorded answers of a real Kubernetes against the gateway. The floors only rise. `npm run oracles -- transcripts/rbac` replays those alone and names what fails.
import { spawn, spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { countedTranscripts } from "./oracleCases.mjs";
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

function percent(part, whole) {
  return whole === 0 ? "0%" : `${((100 * part) / whole).toFixed(1)}%`;
}

/** Runs a replayer; its last line is "N passed, N failed". */
function replay(name, program, args, server, leftOut = 0) {
  const result = spawnSync(process.execPath, [join(oracles, program), "--server", server, "--token", token, "--insecure", ...args], { encoding: "utf8", maxBuffer: 1 << 28, timeout: 20 * 60_000 });
  const last = (result.stdout ?? "").trim().split("\n").at(-1) ?? "";
  const [, passed, failed] = /(\d+) passed, (\d+) failed/.exec(last) ?? [];
  if (passed === undefined) {
    console.log(`${name}: no count; it printed:\n${(result.stdout ?? "").slice(-2_000)}${(result.stderr ?? "").slice(-2_000)}`);
    return { passed: 0, failed: 1 };
  }
  const cases = Number(passed) + Number(failed);
  console.log(`${name}: ${passed} of ${cases} recorded cases answered as recorded, ${percent(passed, cases)}, floor ${floors[name] ?? 0}${leftOut === 0 ? "" : `; ${leftOut} of groups that come later`}`);
  // Named where somebody asks for these alone.
  if (process.argv.length > 2) for (const line of (result.stdout ?? "").split("\n")) if (line.startsWith("FAIL ")) console.log(`  ${line}`);
  return { passed: Number(passed), failed: Number(failed) };
}

let below = 0;
function hold(name, count) {
  if (count.passed < (floors[name] ?? 0)) {
    console.log(`${name}: BELOW ITS FLOOR`);
    below += 1;
  }
}

const only = process.argv.slice(2);
const wanted = (name) => only.length === 0 || only.some((each) => name.startsWith(each));

const transcripts = countedTranscripts(join(oracles, "transcripts")).filter(({ name }) => wanted(name));
if (transcripts.length > 0) {
  await withGateway(["--nodes", "0", "--addons", "none", "--speed", "10"], (server) => {
    const total = { passed: 0, cases: 0 };
    for (const { name, path, cases, leftOut } of transcripts) {
      const count = replay(name, "transcripts/replay.mjs", ["--retry-ms", "3000", path], server, leftOut);
      total.passed += count.passed;
      total.cases += cases;
      hold(name, count);
    }
    console.log(`transcripts: ${total.passed} of ${total.cases}, ${percent(total.passed, total.cases)}`);
  });
}
for (const group of (floors.scenarioGroups ?? []).filter((each) => wanted(`scenarios/${each}`))) {
  await withGateway(["--cluster", join(oracles, "scenarios/cluster.yaml"), "--speed", "10"], (server) => {
    const name = `scenarios/${group}`;
    hold(name, replay(name, "scenarios/run-scenarios.mjs", ["--timescale", "0.2", "--only", group, join(oracles, "scenarios")], server));
  });
}
console.log(below === 0 ? "oracles: every floor holds" : `oracles: ${below} below their floor`);
process.exit(below === 0 ? 0 : 1);
