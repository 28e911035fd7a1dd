import type { GraphFact } from "../../hosts/protocol.ts";
import type { Health } from "../../kinds/define.ts";
import { plural, t } from "../language/text.ts";

/** A state is always shown three ways: hue, glyph and word. */
export const glyphs: Readonly<Record<Health | "owed", string>> = {
  ok: "●",
  progressing: "◐",
  warning: "▲",
  failed: "✕",
  terminating: "◌",
  unknown: "?",
  owed: "□",
};

/** The class that sets the hue of a state. */
export function stateClass(health: Health | "owed"): string {
  return `st-${health}`;
}

const plainStatus: Readonly<Record<string, string>> = {
  Running: "running",
  Pending: "pending",
  Terminating: "terminating",
  Completed: "completed",
  ContainerCreating: "starting",
  PodInitializing: "initialising",
};

/** The state of a pod in the one or two words that fit its cell. */
export function podWord(fact: GraphFact): string {
  if (fact.deleting) return "terminating";
  if (fact.summary.tier !== "pod") return fact.health;
  const { status, ready } = fact.summary;
  if (ready) return "ready";
  if (status === "Running") return t`not ready`;
  return plainStatus[status] ?? status;
}

/** "Pod default/web-x, running, not ready": what a screen reader says and what tests look for. */
export function podAccessibleName(fact: GraphFact): string {
  const place = t`Pod ${fact.ref.namespace}/${fact.ref.name}`;
  if (fact.summary.tier !== "pod") return place;
  const status = fact.deleting ? "terminating" : (plainStatus[fact.summary.status] ?? fact.summary.status);
  return `${place}, ${status === "starting" ? t`container creating` : status}, ${fact.summary.ready ? t`ready` : t`not ready`}`;
}

/** "web-6c9f7d8b54-q2x7k" -> "web-q2x7k": enough to tell siblings apart in a narrow cell. */
export function shortPodName(name: string): string {
  const parts = name.split("-");
  if (parts.length < 3) return name;
  const suffix = parts.at(-1) ?? "";
  const hash = parts.at(-2) ?? "";
  const generated = /^[a-z0-9]{5}$/.test(suffix) && /^[a-z0-9]{8,10}$/.test(hash) && /\d/.test(hash);
  return generated ? `${parts.slice(0, -2).join("-")}-${suffix}` : name;
}

/** How much of a workload is there. A CronJob wants no number: it has the jobs that run just now. */
export function readyWords({ ref, summary }: GraphFact): string {
  if (summary.tier !== "workload") return "";
  if (ref.gvk.kind !== "CronJob") return t`${summary.ready} of ${summary.desired} ready`;
  return summary.desired === 0 ? t`no job runs` : `${summary.desired} ${plural(summary.desired, "job runs", "jobs run")}`;
}
