// Follows pkg/kubelet/prober/worker.go.
import type { Container, Probe } from "../../../kinds/core/pod/types.ts";
import { stopRunning } from "./hooks.ts";
import type { Draft } from "./draft.ts";
import { specOf } from "./restartPolicy.ts";
import type { ContainerMachine, PodWorkerEvent, PodWorkerState, ProbeKind, ProbeMachine } from "./state.ts";

const title: Readonly<Record<ProbeKind, string>> = { startup: "Startup", readiness: "Readiness", liveness: "Liveness" };
const kinds: readonly ProbeKind[] = ["startup", "readiness", "liveness"];

/** A worker's state with the container specs of its pod. */
export interface WorkerView {
  readonly state: PodWorkerState;
  spec(name: string): Container | null;
}

export function viewOf(state: PodWorkerState): WorkerView {
  return { state, spec: (name) => specOf(state.pod, name) };
}

export function probeSpec(draft: WorkerView, container: string, kind: ProbeKind): Probe | null {
  const spec = draft.spec(container);
  return (kind === "startup" ? spec?.startupProbe : kind === "readiness" ? spec?.readinessProbe : spec?.livenessProbe) ?? null;
}

/** A container has begun to run: its probes begin, the others only after its startup probe has passed. */
export function startProbes(draft: Draft, container: string): void {
  const machine = draft.container(container);
  if (machine === null || machine.role === "init" || machine.role === "ephemeral") return;
  if (draft.env.instant) return draft.setContainer(container, { started: true, ready: true });
  if (probeSpec(draft, container, "startup") !== null) return begin(draft, container, "startup");
  hasStarted(draft, container);
}

/** `keeps`: the one that goes on. */
export function stopProbes(draft: Draft, container: string, keeps: ProbeKind | null = null): void {
  const machine = draft.container(container);
  if (machine === null) return;
  let any = false;
  for (const kind of kinds) {
    if (kind === keeps || machine.probes[kind] === undefined) continue;
    any = true;
    draft.effects.push({ type: "cancelTimer", key: `probe/${container}/${kind}` });
  }
  const kept = keeps === null ? undefined : machine.probes[keeps];
  if (any) draft.setContainer(container, { probes: keeps === null || kept === undefined ? {} : { [keeps]: kept } });
}

/** A container that is told to end is not kept alive any more, but whether it can serve is still of interest. */
function isProbed(machine: ContainerMachine | null, kind: ProbeKind): machine is ContainerMachine {
  return machine?.value === "running" || (kind === "readiness" && machine?.value === "stopping");
}

function hasStarted(draft: Draft, container: string): void {
  const readiness = probeSpec(draft, container, "readiness") !== null;
  draft.setContainer(container, { started: true, ready: !readiness });
  if (readiness) begin(draft, container, "readiness");
  if (probeSpec(draft, container, "liveness") !== null) begin(draft, container, "liveness");
}

function begin(draft: Draft, container: string, kind: ProbeKind): void {
  const delayUs = (probeSpec(draft, container, kind)?.initialDelaySeconds ?? 0) * 1_000_000;
  setProbe(draft, container, kind, { value: "waiting", serial: 0, tickUs: draft.env.nowUs, run: 0, lastOk: null });
  draft.timer(`probe/${container}/${kind}`, delayUs);
}

/** Its timer: either the next round is due, or the answer did not come in time. */
export function fireProbe(draft: Draft, container: string, kind: ProbeKind): void {
  const machine = draft.container(container);
  const probe = machine?.probes[kind];
  const spec = probeSpec(draft, container, kind);
  if (!isProbed(machine, kind) || probe === undefined || spec === null) return;
  if (probe.value === "asking") return judge(draft, container, kind, spec, probe, false, timeoutText(draft, container, spec));
  const serial = probe.serial + 1;
  setProbe(draft, container, kind, { ...probe, value: "asking", serial, tickUs: draft.env.nowUs });
  draft.effects.push({ type: "probe", container, probe: kind, serial });
  draft.timer(`probe/${container}/${kind}`, (spec.timeoutSeconds ?? 1) * 1_000_000);
}

export function answerProbe(draft: Draft, event: Extract<PodWorkerEvent, { type: "probeAnswer" }>): void {
  const machine = draft.container(event.container);
  const probe = machine?.probes[event.probe];
  const spec = probeSpec(draft, event.container, event.probe);
  if (!isProbed(machine, event.probe) || probe === undefined || probe.value !== "asking" || probe.serial !== event.serial || spec === null) return;
  judge(draft, event.container, event.probe, spec, probe, event.ok, event.output);
}

function judge(draft: Draft, container: string, kind: ProbeKind, spec: Probe, probe: ProbeMachine, ok: boolean, output: string): void {
  const run = probe.lastOk === ok ? probe.run + 1 : 1;
  setProbe(draft, container, kind, { ...probe, value: "waiting", run, lastOk: ok });
  draft.timer(`probe/${container}/${kind}`, probe.tickUs + (spec.periodSeconds ?? 10) * 1_000_000 - draft.env.nowUs);
  if (!ok) draft.event("Warning", "Unhealthy", `${title[kind]} probe failed: ${output}`, container);
  if (run < (ok ? (spec.successThreshold ?? 1) : (spec.failureThreshold ?? 3))) {
    if (!ok && run === 1) draft.explain(`${kind} probe of ${draft.podName} failed: ${output}`, "warn");
    return;
  }
  if (kind === "readiness") return setReady(draft, container, ok, output);
  if (kind === "startup" && ok) {
    draft.explain(`${draft.podName} passed its startup probe`, "ok");
    endProbe(draft, container, "startup");
    return hasStarted(draft, container);
  }
  if (!ok) kill(draft, container, kind, spec);
}

function setReady(draft: Draft, container: string, ready: boolean, output: string): void {
  if (draft.container(container)?.ready === ready) return;
  draft.setContainer(container, { ready });
  if (ready) draft.explain(`${draft.podName} passed its readiness probe`, "ok");
  else draft.explain(`${draft.podName} is no longer ready: ${output}`, "warn");
}

function kill(draft: Draft, container: string, kind: ProbeKind, spec: Probe): void {
  draft.event("Normal", "Killing", `Container ${container} failed ${kind} probe, will be restarted`, container);
  draft.explain(`container ${container} of ${draft.podName} failed its ${kind} probe and is stopped`, "warn");
  const graceSeconds = spec.terminationGracePeriodSeconds ?? draft.state.pod.spec.terminationGracePeriodSeconds ?? 30;
  stopProbes(draft, container, "readiness");
  stopRunning(draft, container, graceSeconds * 1_000_000);
}

function setProbe(draft: Draft, container: string, kind: ProbeKind, probe: ProbeMachine): void {
  draft.setContainer(container, { probes: { ...draft.container(container)?.probes, [kind]: probe } });
}

function endProbe(draft: Draft, container: string, kind: ProbeKind): void {
  const { [kind]: _ended, ...others } = draft.container(container)?.probes ?? {};
  draft.setContainer(container, { probes: others });
  draft.effects.push({ type: "cancelTimer", key: `probe/${container}/${kind}` });
}

function timeoutText(draft: Draft, container: string, spec: Probe): string {
  const target = probeTarget(draft, container, spec);
  if (spec.exec !== undefined) return `command timed out: "${(spec.exec.command ?? []).join(" ")}" timed out after ${spec.timeoutSeconds ?? 1}s`;
  if (spec.httpGet !== undefined) return `Get "${target.url}": context deadline exceeded (Client.Timeout exceeded while awaiting headers)`;
  if (target.grpcSeconds !== undefined) return grpcTimeout(target);
  return `dial tcp ${target.host}:${target.port}: i/o timeout`;
}

/** Whoever does not answer as a gRPC server, however it does so. Follows pkg/probe/grpc/grpc.go. */
export function grpcTimeout({ host, port, grpcSeconds = 1 }: ProbeTarget): string {
  return `timeout: failed to connect service "${host}:${port}" within ${grpcSeconds}s: context deadline exceeded`;
}

export interface ProbeTarget {
  readonly host: string;
  readonly port: number;
  readonly url: string;
  /** Of the gRPC health protocol: how long the kubelet waits. */
  readonly grpcSeconds?: number;
}

/** Where a probe goes: the pod's own address unless it names another host. */
export function probeTarget(draft: WorkerView, container: string, spec: Probe): ProbeTarget {
  const { ip } = draft.state.sandbox;
  const action = spec.httpGet ?? spec.tcpSocket ?? spec.grpc;
  const host = action !== undefined && "host" in action && action.host !== undefined && action.host !== "" ? action.host : ip;
  const named = action?.port ?? 0;
  const port = typeof named === "number" ? named : (draft.spec(container)?.ports?.find((candidate) => candidate.name === named)?.containerPort ?? Number(named));
  const scheme = (spec.httpGet?.scheme ?? "HTTP").toLowerCase();
  const path = spec.httpGet?.path ?? "/";
  const grpc = spec.grpc === undefined ? {} : { grpcSeconds: spec.timeoutSeconds ?? 1 };
  return { host, port, ...grpc, url: `${scheme}://${host}:${port}${path.startsWith("/") ? path : `/${path}`}` };
}
