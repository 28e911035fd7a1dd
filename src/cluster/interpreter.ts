import { isJsonObject, type Json } from "../base/json.ts";
import { processIds } from "./faults/processes.ts";
import { combined, noEffects, subjectOf, type Effects, type FaultDefinition } from "./faults/define.ts";
import { faultDefinitions, faultsNotImplemented } from "./faults/index.ts";
import type { ClusterSpec } from "./clusterSpec.ts";
import type { ClusterCommand, Fault } from "./commands.ts";
import type { TrafficSource } from "../network/traffic.ts";

const apiServer = "cp-1/apiserver";
const internet = "world/internet";
const mostFaults = 100;
const mostSources = 100;
const longestUrl = 2_048;

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
  readonly #spec: ClusterSpec;
  readonly #faults = new Map<string, ActiveFault>();
  readonly #traffic = new Map<string, TrafficSource>();
  readonly #stopped = new Set<string>();

  constructor(spec: ClusterSpec) {
    this.#spec = spec;
  }

  get faults(): readonly Fault[] {
    return [...this.#faults.values()].map((active) => active.fault);
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
      case "addNode":
      case "removeNode": return "adding and removing machines of a running cluster is not simulated yet: begin a new cluster with the nodes you want";
      case "stream": return "exec, attach, port-forward and proxy are not simulated yet";
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
      default: return noEffects;
    }
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
      return faultsNotImplemented.includes(fault.type) ? `fault "${fault.type}" is not simulated yet; these are: ${known}` : `unknown fault "${fault.type}"; known are ${known}`;
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
    if (typeof source.url !== "string" || source.url.length > longestUrl || !/^http:\/\/[^/\s]+/.test(source.url)) return `url "${String(source.url).slice(0, 100)}": must begin with http:// and a host, and have at most ${longestUrl} characters`;
    if (!(source.perSecond > 0 && source.perSecond <= 10_000)) return "perSecond: must be a number from 0 to 10000";
    if (!Number.isInteger(source.clients) || source.clients < 1 || source.clients > 10_000) return "clients: must be a whole number from 1 to 10000";
    if (typeof source.method !== "string" || !/^[A-Z]{1,20}$/.test(source.method)) return "method: must be a method of HTTP, as GET";
    if (typeof source.keepAlive !== "boolean") return "keepAlive: must be true or false";
    const { from } = source;
    const isPod = typeof from === "object" && from !== null && typeof from.namespace === "string" && typeof from.name === "string";
    if (from !== "internet" && !isPod) return 'from: must be "internet", or a pod as {"namespace": ..., "name": ...}';
    return null;
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
    const inForce = [...this.#faults.values()].flatMap(({ fault, definition, params }) => definition.begin(fault, params, this.#spec).controls.filter((each) => each.delayUs === 0 && definition.lasts !== false));
    return controls.map((each) => {
      const about = subjectOf(each.control);
      const held = each.delayUs > 0 || about === null ? [] : inForce.filter((other) => subjectOf(other.control) === about);
      return held.reduce((sum, other) => ({ ...sum, control: combined(sum.control, other.control) }), each);
    });
  }
}
