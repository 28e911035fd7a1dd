import { readFileSync } from "node:fs";
import { parse } from "yaml";
import { parseQuantity, quantityBytes, quantityMilli } from "../apimachinery/quantity.ts";
import { defaultClusterSpec, defaultNode, type ClusterSpec, type NodeSpec } from "../cluster/clusterSpec.ts";
import { optionalNodeParts, optionalParts, wrongInOptionalParts } from "../share/specGuard.ts";

export interface GatewayOptions {
  readonly port: number;
  readonly seed: number;
  readonly speed: number;
  readonly token: string | null;
  readonly kubeconfig: string | null;
  readonly recording: string | null;
  readonly save: string | null;
  readonly insecureHttp: boolean;
  readonly spec: ClusterSpec;
}

/** What is wrong with the command line, in one line, with the remedy. */
export class ArgsError extends Error {}

const flags = ["port", "nodes", "node-capacity", "controllers", "addons", "cluster", "seed", "speed", "token", "kubeconfig", "recording", "save"] as const;
const switches = ["ui", "insecure-http", "help"] as const;
const mostNodes = 5_000;

export const usage = `npm run gateway -- [--port 0] [--nodes 3] [--node-capacity cpu=4,memory=8Gi,ephemeral-storage=100Gi,pods=110]
  [--controllers '*'] [--addons LIST|none] [--cluster FILE] [--seed 1] [--speed 1] [--token T] [--kubeconfig FILE]
  [--recording FILE] [--save FILE] [--insecure-http]`;

function split(argv: readonly string[]): Map<string, string> {
  const given = new Map<string, string>();
  for (let index = 0; index < argv.length; index++) {
    const [name = "", inline] = (argv[index] ?? "").replace(/^--/, "").split(/=(.*)/s);
    if (!(argv[index] ?? "").startsWith("--")) throw new ArgsError(`unexpected argument "${argv[index]}": flags begin with --`);
    if ((switches as readonly string[]).includes(name)) given.set(name, "true");
    else if ((flags as readonly string[]).includes(name)) {
      const value = inline ?? argv[++index];
      if (value === undefined) throw new ArgsError(`--${name} needs a value`);
      given.set(name, value);
    } else throw new ArgsError(`unknown flag --${name}: known are ${[...flags, ...switches].map((flag) => `--${flag}`).join(", ")}`);
  }
  return given;
}

function numberOf(given: ReadonlyMap<string, string>, name: string, fallback: number, min: number, max: number): number {
  const text = given.get(name);
  if (text === undefined) return fallback;
  const value = Number(text);
  if (text.trim() === "" || !Number.isFinite(value) || value < min || value > max) throw new ArgsError(`--${name} ${text}: must be a number from ${min} to ${max}`);
  return value;
}

function capacityOf(text: string | undefined): Partial<NodeSpec> {
  const capacity: { -readonly [K in keyof NodeSpec]?: NodeSpec[K] } = {};
  for (const part of (text ?? "").split(",").filter((piece) => piece !== "")) {
    const [name = "", value = ""] = part.split("=");
    if (parseQuantity(value) === null) throw new ArgsError(`--node-capacity ${part}: "${value}" is not a quantity`);
    if (name === "cpu") capacity.cpuMilli = quantityMilli(value);
    else if (name === "memory") capacity.memoryBytes = quantityBytes(value);
    else if (name === "ephemeral-storage") capacity.ephemeralStorageBytes = quantityBytes(value);
    else if (name === "pods") capacity.pods = quantityBytes(value);
    else throw new ArgsError(`--node-capacity ${part}: known are cpu, memory, ephemeral-storage, pods`);
  }
  return capacity;
}

/** Missing keys of a ClusterSpec file take the defaults; unknown keys are refused by name. */
export function clusterSpecFrom(data: unknown, epoch: string): ClusterSpec {
  if (typeof data !== "object" || data === null || Array.isArray(data)) throw new ArgsError("--cluster: the file must hold a mapping (a ClusterSpec)");
  const known = [...Object.keys(defaultClusterSpec), ...Object.keys(optionalParts)];
  for (const key of Object.keys(data)) if (!known.includes(key)) throw new ArgsError(`--cluster: unknown key "${key}": known are ${known.join(", ")}`);
  const given = data as Partial<ClusterSpec>;
  const wrong = wrongInOptionalParts(data);
  if (wrong !== null) throw new ArgsError(`--cluster: ${wrong}`);
  const nodes = given.nodes === undefined ? defaultClusterSpec.nodes : given.nodes.map((node, index) => {
    const nodeKeys = [...Object.keys(defaultNode(1)), ...Object.keys(optionalNodeParts)];
    for (const key of Object.keys(node)) if (!nodeKeys.includes(key)) throw new ArgsError(`--cluster: nodes[${index}]: unknown key "${key}": known are ${nodeKeys.join(", ")}`);
    return { ...defaultNode(index + 1), ...node };
  });
  return { ...defaultClusterSpec, epoch, ...given, nodes };
}

/** Throws ArgsError. `epoch` is the wall clock at start, so that ages are right. */
export function parseArgs(argv: readonly string[], epoch: string): GatewayOptions | "help" {
  const given = split(argv);
  if (given.has("help")) return "help";
  if (given.has("ui")) throw new ArgsError("--ui is not implemented yet: npm start serves the page, with an engine of its own");
  const file = given.get("cluster");
  const clusterFlags = ["nodes", "node-capacity", "controllers", "addons"].filter((name) => given.has(name));
  if (file !== undefined && clusterFlags.length > 0) throw new ArgsError(`--cluster describes the whole cluster: drop --${clusterFlags.join(", --")}`);
  const capacity = capacityOf(given.get("node-capacity"));
  const addons = given.get("addons");
  const spec: ClusterSpec = file !== undefined ? clusterSpecFrom(parse(readFileSync(file, "utf8")), epoch) : {
    ...defaultClusterSpec,
    epoch,
    nodes: Array.from({ length: numberOf(given, "nodes", 3, 0, mostNodes) }, (_, index) => ({ ...defaultNode(index + 1), ...capacity })),
    controllers: (given.get("controllers") ?? "*").split(","),
    addons: addons === undefined ? defaultClusterSpec.addons : addons === "none" || addons === "" ? [] : addons.split(","),
  };
  return {
    port: numberOf(given, "port", 0, 0, 65_535),
    seed: numberOf(given, "seed", 1, 0, 2 ** 31 - 1),
    speed: numberOf(given, "speed", 1, 0.1, 1_000),
    token: given.get("token") ?? null,
    kubeconfig: given.get("kubeconfig") ?? null,
    recording: given.get("recording") ?? null,
    save: given.get("save") ?? null,
    insecureHttp: given.has("insecure-http"),
    spec,
  };
}
