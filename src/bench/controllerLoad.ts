import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { measured, newRecording, request, startEngine } from "./engineUnderBench.ts";
import { clusterOf, deployment } from "./workloads.ts";

type Engine = Awaited<ReturnType<typeof startEngine>>;

const path = "/apis/apps/v1/namespaces/default/deployments";
/** The events of ten thousand pods are fifty thousand keys. */
const etcdKeys = 100_000;

/** Asked for at once; runs until all pods are Ready, or for an hour. */
async function deploy(engine: Engine, count: number, replicas: number): Promise<void> {
  const answers = Array.from({ length: count }, (_, index) => engine.write(request("create", path, named(`web-${index}`, replicas))));
  const limit = engine.now + 3_600_000_000;
  while ((await ready(engine)) < count * replicas) {
    if (engine.now > limit) throw new Error(`only ${await ready(engine)} of ${count * replicas} pods became Ready`);
    await engine.advance(10);
  }
  const refused = (await Promise.all(answers)).find(({ code }) => code !== 201);
  if (refused !== undefined) throw new Error(`a Deployment was refused: ${JSON.stringify(refused.body)}`);
}

/** Deployments whose selectors keep apart. */
function named(name: string, replicas: number): ReturnType<typeof deployment> {
  const labels = { app: name };
  const template = { metadata: { labels }, spec: { containers: [{ name: "nginx", image: "nginx:1.14.2", ports: [{ containerPort: 80 }] }] } };
  const made = deployment(name, replicas, template) as { readonly spec: object };
  return { ...made, spec: { ...made.spec, selector: { matchLabels: labels } } } as ReturnType<typeof deployment>;
}

async function ready(engine: Engine): Promise<number> {
  const { items } = (await engine.read(request("list", path))).body as unknown as { readonly items: readonly { readonly status?: { readonly readyReplicas?: number } }[] };
  return items.reduce((sum, { status }) => sum + (status?.readyReplicas ?? 0), 0);
}

/** CPU seconds from apply to all Ready; boot is not counted. */
export async function manyDeployments(nodes: number, count: number, replicas: number): Promise<{ readonly cpuSeconds: number; readonly virtualSeconds: number }> {
  const engine = await startEngine(newRecording({ ...clusterOf(nodes, 110), etcdKeys }));
  const began = engine.now;
  const { cpuSeconds } = await measured(() => deploy(engine, count, replicas));
  const virtualSeconds = (engine.now - began) / 1e6;
  await engine.stop();
  return { cpuSeconds, virtualSeconds };
}

/** All at once, instead of at some time later, when something else is measured. */
function collectGarbage(): void {
  setFlagsFromString("--expose-gc");
  (runInNewContext("gc") as () => void)();
}

/** Virtual seconds a CPU second of the same nodes, without pods and with many that nothing happens to: in turn, for the processor's speed changes. */
export async function idlePods(nodes: number, count: number, replicas: number): Promise<{ readonly without: number; readonly withPods: number }> {
  const [bare, full] = [await startEngine(newRecording({ ...clusterOf(nodes, 250), etcdKeys })), await startEngine(newRecording({ ...clusterOf(nodes, 250), etcdKeys }))];
  await deploy(full, count, replicas);
  for (const engine of [bare, full]) await engine.advance(300);
  // What the deployment threw away is its own cost.
  collectGarbage();
  const seconds = 120;
  const cost = { bare: 0, full: 0 };
  const blocks = 5;
  for (let block = 0; block < blocks; block++) {
    cost.bare += (await measured(() => bare.advance(seconds))).cpuSeconds;
    cost.full += (await measured(() => full.advance(seconds))).cpuSeconds;
  }
  await bare.stop();
  await full.stop();
  return { without: (blocks * seconds) / cost.bare, withPods: (blocks * seconds) / cost.full };
}
