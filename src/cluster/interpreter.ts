import { isJsonObject, type Json } from "../base/json.ts";
import { processIds } from "./faults/processes.ts";
import { combined, nodeTarget, noEffects, subjectOf, type Effects, type FaultDefinition } from "./faults/define.ts";
import { faultDefinitions } from "./faults/index.ts";
import { instanceOf, type Instance } from "./cloudInstance.ts";
import { cloud } from "./cloudName.ts";
import { manifestProblem, type ClusterSpec, type NodeSpec } from "./clusterSpec.ts";
import type { ClusterCommand, Fault } from "./commands.ts";
import { groupOf } from "../sim/link.ts";
import { machineProblem } from "./machines.ts";
import { streamMessage, streamOf, streamProblem } from "./streamCommands.ts";
import type { TrafficSource } from "../network/traffic.ts";
import { trafficProblem } from "./trafficGuard.ts";

const apiServer = "cp-1/apiserver";
const internet = "world/internet";
const mostFaults = 100;
const mostSources = 100;
/** The processes of a new machine are up by then. */
const joinedAfterUs = 1_000;

interface ActiveFault {
  readonly fault: Fault;
  readonly definition: FaultDefinition;
  readonly params: Readonly<Record<string, number>>;
}

function toMessage(to: string, body: Json): Effects {
  return { messages: [{ to, body }], controls: [] };
}

/**
 * Turns commands into messages and controls. What it knows (faults and traffic in force, stopped parts) follows from the journal
 * alone, so a replay, a branch or a restored keyframe feeds it the commands before that moment and has the same.
 */
export class CommandInterpreter {
  /** With the machines that are there now. */
  #spec: ClusterSpec;
  /** All machines that ever were, by name: how often the name was given. */
  readonly #turns = new Map<string, number>();
  #machines: number;
  readonly #faults = new Map<string, ActiveFault>();
  readonly #traffic = new Map<string, TrafficSource>();
  readonly #stopped = new Set<string>();

  constructor(spec: ClusterSpec) {
    this.#spec = spec;
    this.#machines = spec.nodes.length;
    for (const { name } of spec.nodes) this.#turns.set(name, 1);
  }

  get faults(): readonly Fault[] {
    return [...this.#faults.values()].map((active) => active.fault);
  }

  /** The machines that are there now. */
  get nodes(): readonly NodeSpec[] {
    return this.#spec.nodes;
  }

  get traffic(): readonly TrafficSource[] {
    return [...this.#traffic.values()];
  }

  /** Processes ("cp-1/kube-scheduler") and parts ("cp-1/kube-controller-manager#deployment") that were stopped. */
  get stopped(): readonly string[] {
    return [...this.#stopped];
  }

  /** Why a command cannot be done, in a sentence with the remedy; null if it can. Asked before it is journaled. */
  refusal(command: ClusterCommand): string | null {
    switch (command.type) {
      case "setFault": return this.#faultRefusal(command.fault);
      case "clearFault": return this.#faults.has(command.id) ? null : `no fault "${command.id}" is in force`;
      case "setTraffic": return this.#trafficRefusal(command.source);
      case "clearTraffic": return this.#traffic.has(command.id) ? null : `no traffic source "${command.id}" runs`;
      case "setComponent": return processIds(this.#spec).includes(command.process) ? null : `no process "${command.process}"`;
      case "addNode": return machineProblem(command.node, this.#spec);
      case "removeNode": return nodeTarget(String(command.node), this.#spec);
      case "setManifest": return nodeTarget(String(command.node), this.#spec) ?? manifestProblem(command.file, command.manifest) ?? this.#unwritable(command.node);
      case "stream": return streamProblem(command.step, command.data, this.#spec);
      case "api": return null;
    }
  }

  /** A command whose target is absent does nothing. */
  apply(command: ClusterCommand): Effects {
    if (this.refusal(command) !== null) return noEffects;
    switch (command.type) {
      case "api": return toMessage(apiServer, { type: "request", request: command.request } as unknown as Json);
      case "setFault": return this.#begin(command.fault);
      case "clearFault": return this.#end(command.id);
      case "setTraffic":
        this.#traffic.set(command.source.id, command.source);
        return toMessage(internet, { type: "setTraffic", source: command.source } as unknown as Json);
      case "clearTraffic":
        this.#traffic.delete(command.id);
        return toMessage(internet, { type: "clearTraffic", id: command.id });
      case "setComponent": return this.#component(command.process, command.part, command.state);
      case "stream": return toMessage(`${streamOf(command.data).node}/runtime`, streamMessage(command.id, command.step, streamOf(command.data)));
      case "addNode": return this.#join(command.node);
      case "removeNode": return this.#leave(command.node);
      case "setManifest": return toMessage(`${command.node}/kubelet`, { type: "manifest", file: command.file, manifest: command.manifest });
      default: return noEffects;
    }
  }

  /** A new machine: power on, nothing on its disks. Faults of images, zones and the like hold for it too. */
  #join(node: NodeSpec): Effects {
    const turn = this.#turns.get(node.name) ?? 0;
    this.#turns.set(node.name, turn + 1);
    this.#spec = { ...this.#spec, nodes: [...this.#spec.nodes, node] };
    const description = { node, index: ++this.#machines } as unknown as Json;
    const inForce = [...this.#faults.values()].filter(({ definition }) => definition.lasts !== false).map(({ fault, definition, params }) => definition.begin(fault, params, this.#spec));
    const isOfNode = (process: string): boolean => groupOf(process) === node.name;
    return {
      messages: [
        ...this.#tellCloud(node.name, "running", instanceOf(node, this.#machines)),
        ...inForce.flatMap(({ messages }) => messages.filter(({ to }) => isOfNode(to)).map((message) => ({ ...message, delayUs: joinedAfterUs }))),
      ],
      controls: [
        { control: { type: "addGroup", group: node.name, description, turn }, delayUs: 0 },
        ...inForce.flatMap(({ controls }) => controls.filter(({ control }) => control.type === "power" && control.group === node.name)),
      ],
    };
  }

  /** Why nobody would read a file that is written on this machine now, or null: the kubelet keeps its own files. */
  #unwritable(node: string): string | null {
    const held = this.#inForce().some(({ control }) => (control.type === "power" && control.group === node && !control.on) || (control.type === "process" && control.process === `${node}/kubelet`));
    return held || this.#stopped.has(`${node}/kubelet`) ? `${node} has no power, or its kubelet is stopped: nothing can be written there now` : null;
  }

  #inForce(): Effects["controls"] {
    return [...this.#faults.values()].filter(({ definition }) => definition.lasts !== false).flatMap(({ fault, definition, params }) => definition.begin(fault, params, this.#spec).controls);
  }

  /** The machine is gone with its disks, and so is what was wrong with it. Its Node object is the cluster's own affair. */
  #leave(name: string): Effects {
    const gone: Effects = { messages: [...this.#tellCloud(name, "released")], controls: [{ control: { type: "removeGroup", group: name }, delayUs: 0 }] };
    const about = [...this.#faults.values()].filter(({ fault }) => fault.target.split(",").some((target) => groupOf(target) === name));
    const ends = about.filter(({ definition }) => definition.on !== "pod" && definition.on !== "image" && definition.on !== "zone").map(({ fault }) => this.#end(fault.id));
    for (const stopped of [...this.#stopped]) if (groupOf(stopped) === name) this.#stopped.delete(stopped);
    this.#spec = { ...this.#spec, nodes: this.#spec.nodes.filter((node) => node.name !== name) };
    return { messages: [...gone.messages, ...ends.flatMap(({ messages }) => messages)], controls: [...gone.controls, ...ends.flatMap(({ controls }) => controls)] };
  }

  #tellCloud(name: string, state: "running" | "released", instance: Instance | null = null): Effects["messages"] {
    return this.#spec.addons.includes("cloud") ? [{ to: cloud, body: { type: "instance", name, state, instance } as unknown as Json }] : [];
  }

  #component(process: string, part: string | null, state: "running" | "stopped"): Effects {
    const name = part === null ? process : `${process}#${part}`;
    if (state === "stopped") this.#stopped.add(name);
    else this.#stopped.delete(name);
    if (part !== null) return toMessage(process, { type: "part", part, state });
    return { messages: [], controls: [{ control: { type: "process", process, state }, delayUs: 0 }] };
  }

  #faultRefusal(fault: Fault): string | null {
    const definition = faultDefinitions.find((known) => known.type === fault.type);
    if (definition === undefined) {
      const known = faultDefinitions.map((each) => each.type).join(", ");
      return `unknown fault "${fault.type}"; known are ${known}`;
    }
    if (!this.#faults.has(fault.id) && this.#faults.size >= mostFaults) return `${mostFaults} faults are in force, the most there may be: clear one first`;
    const values = fault.params ?? {};
    if (!isJsonObject(values)) return "params: must be an object";
    for (const name of Object.keys(values)) {
      const param = definition.params.find((known) => known.name === name);
      if (param === undefined) return `params.${name}: unknown; ${fault.type} takes ${definition.params.map((known) => known.name).join(", ") || "none"}`;
      const value = values[name];
      if (typeof value !== "number" || !(value >= param.min && value <= param.max)) return `params.${name}: must be a number from ${param.min} to ${param.max}`;
    }
    return typeof fault.target === "string" ? definition.checkTarget(fault.target, this.#spec) : "target: must be a text";
  }

  #trafficRefusal(source: TrafficSource): string | null {
    if (!this.#traffic.has(source.id) && this.#traffic.size >= mostSources) return `${mostSources} traffic sources run, the most there may be: clear one first`;
    return trafficProblem(source);
  }

  #begin(fault: Fault): Effects {
    const definition = faultDefinitions.find((known) => known.type === fault.type);
    if (definition === undefined) return noEffects;
    const given = isJsonObject(fault.params) ? fault.params : {};
    const params = Object.fromEntries(definition.params.map((param) => [param.name, Number(given[param.name] ?? param.fallback)]));
    const before = this.#faults.has(fault.id) ? this.#end(fault.id) : noEffects;
    this.#faults.set(fault.id, { fault, definition, params });
    const now = definition.begin(fault, params, this.#spec);
    return { messages: [...before.messages, ...now.messages], controls: [...before.controls, ...this.#together(now.controls)] };
  }

  #end(id: string): Effects {
    const active = this.#faults.get(id);
    if (active === undefined) return noEffects;
    this.#faults.delete(id);
    const { messages, controls } = active.definition.end(active.fault, active.params, this.#spec);
    return { messages, controls: this.#together(controls) };
  }

  /** Several faults may hold one machine, link or process: what is in force is all of them, until the last is cleared. */
  #together(controls: Effects["controls"]): Effects["controls"] {
    const inForce = this.#inForce();
    return controls.map((each) => {
      const about = subjectOf(each.control);
      const held = about === null ? [] : inForce.filter((other) => subjectOf(other.control) === about);
      return held.reduce((sum, other) => ({ ...sum, control: combined(sum.control, other.control) }), each);
    });
  }
}
