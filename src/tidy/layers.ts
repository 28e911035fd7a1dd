/** The layer table of architecture: what each top folder under src may import of ours, and which npm packages. */
interface Layer {
  readonly may: readonly string[];
  readonly packages: readonly string[];
}

const lower = {
  base: [] as readonly string[],
  sim: ["base"],
  apimachinery: ["base"],
  kinds: ["base", "apimachinery"],
  third: ["base", "sim", "apimachinery", "kinds"],
};
const engine = ["base", "sim", "apimachinery", "kinds", "etcd", "client", "network", "apiserver", "controllers", "scheduler", "node", "cluster"];
const plain = ["base", "apimachinery", "kinds", "sim (types)", "cluster/commands", "cluster/clusterSpec", "network (types)"];

/** "x (types)": type imports only. "x/y": that module alone. */
export const layers: Readonly<Record<string, Layer>> = {
  base: { may: lower.base, packages: [] },
  sim: { may: lower.sim, packages: ["xstate"] },
  apimachinery: { may: lower.apimachinery, packages: ["@noble/hashes"] },
  kinds: { may: lower.kinds, packages: ["@noble/hashes"] },
  etcd: { may: lower.third, packages: [] },
  client: { may: lower.third, packages: [] },
  network: { may: [...lower.third, "client"], packages: ["@noble/hashes"] },
  apiserver: { may: [...lower.third, "etcd/messages"], packages: ["@noble/hashes"] },
  controllers: { may: [...lower.third, "client"], packages: ["@noble/hashes"] },
  scheduler: { may: [...lower.third, "client"], packages: [] },
  node: { may: [...lower.third, "client", "network"], packages: ["@noble/hashes"] },
  cluster: { may: engine, packages: ["valibot"] },
  kubectl: { may: plain, packages: ["yaml"] },
  lessons: { may: plain, packages: ["yaml"] },
  scenarios: { may: plain, packages: ["yaml"] },
  share: { may: plain, packages: ["valibot", "fflate"] },
  hosts: { may: engine, packages: ["fflate"] },
  gateway: { may: [...engine, "hosts", "share"], packages: ["yaml", "fflate", "@peculiar/x509", "reflect-metadata"] },
  bench: { may: [...engine, "hosts", "gateway", "share", "scenarios", "kubectl"], packages: ["yaml", "esbuild", "@playwright/test"] },
  // The page reads the breakpoints it has kept as the engine does. It offers each fault as its definition says: label, parameters, where it acts; and traffic within its limits, to addresses as a source reads them.
  ui: { may: [...plain, "network/traffic", "network/httpUrl", "cluster/faults/index", "cluster/faults/define", "cluster/faults/processes", "cluster/faults/dns", "cluster/breakpointGuard", "kubectl", "lessons", "scenarios", "share", "hosts/protocol"], packages: ["*"] },
};

/** Packages that one file alone may import: all others go through it. (The page is free.) */
export const adapters: Readonly<Record<string, string>> = { xstate: "sim/chartTable.ts" };

/** Layers 0-5: deterministic, synchronous, without a clock. */
export const engineLayers: readonly string[] = engine;
