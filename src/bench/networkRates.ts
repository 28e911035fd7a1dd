import { spawnSync } from "node:child_process";
import type { Json } from "../base/json.ts";
import type { Gate } from "./gates.ts";
import { measured, newRecording, readyReplicas, request, startEngine, write } from "./engineUnderBench.ts";
import { median } from "./median.ts";
import { clusterOf, deployment } from "./workloads.ts";

const pods = 200;
const perSecond = 1_000;
const seconds = 10;

/**
 * Requests a CPU second from a pod to 200 others by their Service's name: the lookup by a coredns pod, the node's rules, the program,
 * the answer and the trace of every hop; to the peer's, without the hops between the ends. What the cluster itself costs meanwhile is
 * taken off.
 */
export async function networkRates(gate: Gate, peer: string | null): Promise<void> {
  const engine = await startEngine(newRecording(clusterOf(5, 250)));
  await write(engine, request("create", "/apis/apps/v1/namespaces/default/deployments", deployment("web", pods)));
  await write(engine, request("create", "/api/v1/namespaces/default/services", { apiVersion: "v1", kind: "Service", metadata: { name: "web" }, spec: { selector: { app: "web" }, ports: [{ port: 80 }] } }));
  await write(engine, request("create", "/api/v1/namespaces/default/pods", { apiVersion: "v1", kind: "Pod", metadata: { name: "client" }, spec: { containers: [{ name: "sh", image: "busybox:1.36", command: ["sleep", "100000"] }] } } as Json));
  await engine.advance(60);
  if ((await readyReplicas(engine, "web")) < pods) throw new Error(`not all of ${pods} pods became Ready`);
  const quiet = await measured(() => engine.advance(seconds));
  const refusal = engine.command({ type: "setTraffic", source: { id: "client", from: { namespace: "default", name: "client" }, url: "http://web/", method: "GET", perSecond, clients: 20, keepAlive: false } });
  if (refusal !== null) throw new Error(refusal);
  await engine.advance(seconds);
  const rates: number[] = [];
  const brief: number[] = [];
  const theirs: number[] = [];
  const shares: number[] = [];
  for (let block = 0; block < 5; block++) {
    for (const [wanted, into] of [[true, rates], [false, brief]] as const) {
      engine.subscribe("ways", wanted);
      const busy = await measured(() => engine.advance(seconds));
      into.push((perSecond * seconds) / Math.max(0.001, busy.cpuSeconds - quiet.cpuSeconds));
    }
    // Block by block: what is compared ran within the same seconds.
    const rate = peer === null ? null : rateOfPeer(peer);
    if (rate === null) continue;
    theirs.push(rate);
    shares.push((brief.at(-1) ?? 0) / rate);
  }
  await engine.stop();
  const middle = median(rates);
  gate("requests a CPU second", middle, "at least", 10_000, `from a pod by DNS name to ${pods} pods, traces on: ${(1e6 / middle).toFixed(0)} us each`);
  if (theirs.length === 0) console.log("left out: the peer could not be run");
  else gate("requests a CPU second to the peer's", median(shares), "at least", 0.5, `@ngrok/webernetes 0.3.5: ${Math.round(median(theirs))}; ours with traces off: ${Math.round(median(brief))}`);
}

function rateOfPeer(peer: string): number | null {
  const asked = 20_000;
  const result = spawnSync(process.execPath, [peer, "5", String(pods), String(asked), "20"], { encoding: "utf8", timeout: 300_000 });
  if (result.status !== 0) return null;
  const { answered, cpuSeconds } = JSON.parse(result.stdout) as { readonly answered: number; readonly cpuSeconds: number };
  return answered === asked ? asked / cpuSeconds : null;
}
