import type { ControllerDefinition } from "../client/controller.ts";
import type { Json, JsonObject } from "../base/json.ts";
import type { ProcessId } from "../sim/process.ts";

/** What the cloud's provider says, as it was last heard. */
export interface CloudView {
  /** The machine of that name was there and was given back. */
  isReleased(node: string): boolean;
  /** It is there and shut down. */
  isOff(node: string): boolean;
  /** null: the cloud has no such machine, or was not heard of yet. */
  instance(node: string): CloudInstance | null;
}

/** A machine as its provider tells of it. */
export interface CloudInstance {
  readonly name: string;
  readonly zone: string;
  readonly type: string;
  readonly address: string;
}

/**
 * Whom controllers talk to beside the API: the provider and machines. Upstream calls and waits; here the question leaves when the event in
 * hand is over, and what came back (a {type: "heard", topic, value}) is looked up later by its topic.
 */
export interface Outside {
  /** Goes out with `replyTo`, the process that asks. */
  send(to: ProcessId, body: JsonObject): void;
  /** undefined: nothing was heard of it. */
  heard(topic: string): Json | undefined;
  forget(topic: string): void;
}

/** What controllers are made with. */
export interface ControllerOptions {
  readonly server: ProcessId;
  /** Unix microseconds of the cluster's epoch. */
  readonly epochUs: number;
  /** Addresses of pods, "10.244.0.0/16"; each node gets a range of `nodeCidrMaskSize` bits of it. */
  readonly podCidr: string;
  readonly nodeCidrMaskSize: number;
  /** PEM of the cluster's certificate authority. */
  readonly rootCa: string;
  /** What the keys of the cluster follow from. */
  readonly seed: number;
  /** Addresses for Services of type LoadBalancer, "203.0.113.0/24". */
  readonly loadBalancerCidr: string;
  /** As --terminated-pod-gc-threshold: pods that ended and are kept. */
  readonly terminatedPodThreshold: number;
  readonly cloudView: CloudView;
  /** The provider; null where there is none. */
  readonly cloudProvider: ProcessId | null;
  readonly outside: Outside;
}

/** One line a controller in the list of its process. */
export interface ControllerRegistration {
  /** Upstream's name first, then the older one that --controllers also knows. */
  readonly names: readonly string[];
  create(options: ControllerOptions): ControllerDefinition;
}

/** Follows cloud-provider/app/controllermanager.go (IsControllerEnabled): "*", "name", "-name". */
export function isEnabled(registration: ControllerRegistration, flags: readonly string[]): boolean {
  if (registration.names.some((name) => flags.includes(`-${name}`))) return false;
  return flags.includes("*") || registration.names.some((name) => flags.includes(name));
}
