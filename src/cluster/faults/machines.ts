import { second } from "../../sim/time.ts";
import { cloud } from "../cloudName.ts";
import { shutdownSeconds, type ClusterSpec } from "../clusterSpec.ts";
import type { Fault } from "../commands.ts";
import { controlsNow, nodeTarget, type Effects, type FaultDefinition } from "./define.ts";

/** The provider sees that an instance has no power; a reboot is over before it looks. */
function tellCloud(fault: Fault, nodes: readonly string[], on: boolean, spec: ClusterSpec, delayUs = 0): Effects["messages"] {
  return spec.addons.includes("cloud") ? nodes.map((name) => ({ to: cloud, body: { type: "power", name, by: fault.id, on }, delayUs })) : [];
}

/** How long the kubelet holds a shutdown up, and what tells it of one: nothing where it does not. */
function graceOf(node: string, spec: ClusterSpec): { readonly graceUs: number; readonly messages: Effects["messages"] } {
  const machine = spec.nodes.find(({ name }) => name === node);
  const graceUs = machine === undefined ? 0 : shutdownSeconds(machine).all * second;
  return { graceUs, messages: graceUs === 0 ? [] : [{ to: `${node}/kubelet`, body: { type: "shutdown" } }] };
}

export const nodeOff: FaultDefinition = {
  type: "node-off", label: "Power off", on: "node", params: [],
  checkTarget: nodeTarget,
  begin: (fault, _params, spec) => ({ ...controlsNow({ type: "power", group: fault.target, on: false }), messages: tellCloud(fault, [fault.target], false, spec) }),
  end: (fault, _params, spec) => ({ ...controlsNow({ type: "power", group: fault.target, on: true }), messages: tellCloud(fault, [fault.target], true, spec) }),
};

/** As `shutdown -h` typed at the machine. It cannot be called off: one that is switched on again before it has ended ends, and boots. */
export const nodeShutdown: FaultDefinition = {
  type: "node-shutdown", label: "Shut down", on: "node", params: [],
  checkTarget: nodeTarget,
  begin: (fault, _params, spec) => {
    const { graceUs, messages } = graceOf(fault.target, spec);
    return { messages: [...messages, ...tellCloud(fault, [fault.target], false, spec, graceUs)], controls: [{ control: { type: "power", group: fault.target, on: false }, delayUs: graceUs }] };
  },
  end: (fault, _params, spec) => {
    const { graceUs } = graceOf(fault.target, spec);
    const delays = graceUs === 0 ? [0] : [0, graceUs];
    return { messages: delays.flatMap((delayUs) => tellCloud(fault, [fault.target], true, spec, delayUs)), controls: delays.map((delayUs) => ({ control: { type: "power", group: fault.target, on: true }, delayUs })) };
  },
};

export const nodeReboot: FaultDefinition = {
  type: "node-reboot", label: "Reboot", on: "node", lasts: false, params: [{ name: "seconds", fallback: 20, min: 1, max: 3_600 }],
  checkTarget: nodeTarget,
  begin: (fault, params, spec) => {
    const { graceUs, messages } = graceOf(fault.target, spec);
    return {
      messages,
      controls: [
        { control: { type: "power", group: fault.target, on: false }, delayUs: graceUs },
        { control: { type: "power", group: fault.target, on: true }, delayUs: graceUs + (params["seconds"] ?? 20) * second },
      ],
    };
  },
  // It comes back by itself.
  end: () => ({ messages: [], controls: [] }),
};

const nodesIn = (zone: string, spec: ClusterSpec): readonly string[] => spec.nodes.filter((node) => node.zone === zone).map(({ name }) => name);

export const zoneDown: FaultDefinition = {
  type: "zone-down", label: "Zone down", on: "zone", params: [],
  checkTarget: (target, spec) => (spec.nodes.some((node) => node.zone === target) ? null : `target "${target}": no node is in that zone`),
  begin: (fault, _params, spec) => ({ ...controlsNow(...spec.nodes.filter((node) => node.zone === fault.target).map((node) => ({ type: "power", group: node.name, on: false }) as const)), messages: tellCloud(fault, nodesIn(fault.target, spec), false, spec) }),
  end: (fault, _params, spec) => ({ ...controlsNow(...spec.nodes.filter((node) => node.zone === fault.target).map((node) => ({ type: "power", group: node.name, on: true }) as const)), messages: tellCloud(fault, nodesIn(fault.target, spec), true, spec) }),
};

export const kubeletStopped: FaultDefinition = {
  type: "kubelet-stopped", label: "Stop the kubelet", on: "node", params: [],
  checkTarget: nodeTarget,
  begin: (fault) => controlsNow({ type: "process", process: `${fault.target}/kubelet`, state: "stopped" }),
  end: (fault) => controlsNow({ type: "process", process: `${fault.target}/kubelet`, state: "running" }),
};

/** Something beside the pods takes of the machine, until so little is free. */
function filling(type: string, label: string, fallback: number): FaultDefinition {
  const tell = (fault: { readonly id: string; readonly target: string }, on: boolean, params: Readonly<Record<string, number>>): Effects => ({ messages: [{ to: `${fault.target}/runtime`, body: { type: on ? "fault" : "clearFault", id: fault.id, fault: type, target: fault.target, params } }], controls: [] });
  return {
    type, label, on: "node", params: [{ name: "freeMegabytes", fallback, min: 0, max: 1_000_000 }],
    checkTarget: nodeTarget,
    begin: (fault, params) => tell(fault, true, params),
    end: (fault, params) => tell(fault, false, params),
  };
}

export const memoryHog = filling("memory-hog", "Fill the memory", 50);
export const diskFull = filling("disk-full", "Fill the disk", 8_000);

export const clockSkew: FaultDefinition = {
  type: "clock-skew", label: "Skew the clock", on: "node", params: [{ name: "skewMs", fallback: 5_000, min: -3_600_000, max: 3_600_000 }],
  checkTarget: nodeTarget,
  begin: (fault, params) => controlsNow({ type: "clockSkew", group: fault.target, skewUs: Math.round((params["skewMs"] ?? 0) * 1_000) }),
  end: (fault) => controlsNow({ type: "clockSkew", group: fault.target, skewUs: 0 }),
};
