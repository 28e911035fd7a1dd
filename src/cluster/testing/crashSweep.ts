import type { Json, JsonObject } from "../../base/json.ts";
import type { World, WorldKeyframe } from "../../sim/testing/world.ts";
import { second } from "../../sim/time.ts";
import type { SimControl } from "../../sim/window.ts";
import type { ClusterCommand } from "../commands.ts";
import { CommandInterpreter } from "../interpreter.ts";
import { differences, endState } from "./endState.ts";
import { FaultCluster } from "./faultCluster.ts";

/** Something that happens to a small cluster, and how long until it has settled. */
export interface CrashScenario {
  readonly name: string;
  /** Controllers that it is about: where one of them is not there yet, the scenario waits for it. */
  readonly of?: readonly string[];
  /** Of the cluster; none by default. */
  readonly addons?: readonly string[];
  /** There, and settled, before anything is crashed: each with the seconds it is given. */
  readonly given?: readonly Step[];
  readonly steps: readonly Step[];
  /** Virtual seconds after the last step; 40 by default. */
  readonly seconds?: number;
}

/** Seconds after the step before it, and what is done then. */
export type Step = readonly [number, ClusterCommand];

/** Whom to crash, and how its requests are told apart. */
export interface Victim {
  readonly process: string;
  readonly agent: string;
}

export const controllerManager: Victim = { process: "cp-1/kube-controller-manager", agent: "kube-controller-manager/" };
export const scheduler: Victim = { process: "cp-1/kube-scheduler", agent: "kube-scheduler/" };

/** The processes of the add-ons that write, where a scenario's cluster has them. */
export const addonVictims: Readonly<Record<string, Victim>> = {
  cloud: { process: "cp-1/cloud-controller-manager", agent: "cloud-controller-manager/" },
  "local-path": { process: "cp-1/local-path-provisioner", agent: "local-path-provisioner/" },
};

export interface Sweep {
  /** Of how many writes each was followed by a crash, in a run of its own. */
  readonly crashes: number;
  /** Which crash led to another end, and to what. */
  readonly findings: readonly string[];
}

interface Happening {
  readonly at: number;
  take(world: World): void;
}

interface Write {
  readonly at: number;
  readonly text: string;
}

const nodes = 2;
const mostFindings = 6;

/** Without election: who comes back works at once, where it would else wait 15 s and more for its own old lease at every one of the crashes. */
const spec = { containers: "instant", leaderElect: false } as const;

/** Boots once; every scenario and every crash begins from what was kept. */
export class CrashSweep {
  readonly #run: FaultCluster;
  readonly #fork: FaultCluster;
  readonly #booted: string;

  constructor(addons: readonly string[] = []) {
    this.#run = new FaultCluster({ nodes, spec: { ...spec, addons } });
    this.#fork = new FaultCluster({ nodes, spec: { ...spec, addons } });
    this.#run.boot();
    this.#run.world.runFor(10 * second);
    this.#booted = kept(this.#run.world);
  }

  /** Crashes the process after each write of its own (Events aside), or does to it what `harm` says. */
  sweep(scenario: CrashScenario, victim: Victim, harm: SimControl = { type: "crash", process: victim.process }): Sweep {
    const { world } = this.#run;
    this.#restore(this.#run, this.#booted);
    const given = timeline(scenario.given ?? [], world.now, 20, this.#run);
    play(world, given.happenings, given.end);
    const start = kept(world);
    const { happenings, end } = timeline(scenario.steps, world.now, scenario.seconds ?? 40, this.#run);
    const told = world.trace.length;
    play(world, happenings, end);
    const wanted = endState((path) => this.#run.list(path));
    const writes = writesOf(world, told, victim.agent);

    this.#restore(this.#run, start);
    const findings: string[] = [];
    for (const [index, { at, text }] of writes.entries()) {
      play(world, happenings, at + 1);
      this.#restore(this.#fork, world.keyframe());
      this.#fork.world.control(harm);
      play(this.#fork.world, happenings, end);
      const wrong = differences(wanted, endState((path) => this.#fork.list(path)));
      if (wrong.length > 0) findings.push([`crashed after write ${index + 1} of ${writes.length} (${text}):`, ...wrong.slice(0, mostFindings)].join("\n  "));
    }
    return { crashes: writes.length, findings };
  }

  #restore(cluster: FaultCluster, keyframe: string | WorldKeyframe): void {
    cluster.world.restore(typeof keyframe === "string" ? (JSON.parse(keyframe) as WorldKeyframe) : keyframe);
    cluster.world.trace.length = 0;
    cluster.world.replies.length = 0;
  }
}

/** As text, because it is restored more than once, and what restores it may change it. */
function kept(world: World): string {
  return JSON.stringify(world.keyframe());
}

/** What the steps do and when, by absolute time: a run that begins in the middle does what is left. */
function timeline(steps: readonly Step[], from: number, settleSeconds: number, cluster: FaultCluster): { readonly happenings: readonly Happening[]; readonly end: number } {
  const interpreter = new CommandInterpreter(cluster.spec);
  const happenings: Happening[] = [];
  let at = from;
  for (const [after, command] of steps) {
    at += Math.round(after * second);
    const refusal = interpreter.refusal(command);
    if (refusal !== null) throw new Error(refusal);
    const { messages, controls } = interpreter.apply(command);
    for (const { to, body, delayUs = 0 } of messages) happenings.push({ at: at + delayUs, take: (world) => void world.send(to, body) });
    for (const { control, delayUs } of controls) happenings.push({ at: at + delayUs, take: (world) => void world.control(control) });
  }
  return { happenings: happenings.toSorted((a, b) => a.at - b.at), end: at + settleSeconds * second };
}

/** Runs on to `until`, and does what is due on the way. */
function play(world: World, happenings: readonly Happening[], until: number): void {
  for (const { at, take } of happenings) {
    if (at < world.now || at >= until) continue;
    world.runUntil(at);
    take(world);
  }
  if (until > world.now) world.runUntil(until);
}

const reads = new Set(["get", "list", "watch"]);

/** The writes that were answered well; of several at one moment the last. */
function writesOf(world: World, from: number, agent: string): readonly Write[] {
  const found = new Map<number, Write>();
  for (const { at, body } of world.trace.slice(from)) {
    const told = body as JsonObject & { readonly type?: Json };
    if (told.type !== "request" || !String(told["agent"]).startsWith(agent) || reads.has(String(told["verb"])) || Number(told["code"]) >= 300) continue;
    if (/\/events(\/|$)/.test(String(told["path"]))) continue;
    found.set(at, { at, text: `${String(told["verb"])} ${String(told["path"])}` });
  }
  return [...found.values()];
}
