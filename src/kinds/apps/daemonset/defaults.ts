// Follows pkg/apis/apps/v1/defaults.go (SetDefaults_DaemonSet) and pkg/apis/apps/v1/conversion.go (the template's generation, which is an annotation outside).
import { podTemplateWithDefaults } from "../../podtemplate/defaults.ts";
import { changeField, fill, fillAbsent, sameFields } from "../../sharing.ts";
import type { DaemonSet, DaemonSetSpec, DaemonSetStatus, DaemonSetUpdateStrategy } from "./types.ts";

const generationAnnotation = "deprecated.daemonset.template.generation";
export const noNodes: DaemonSetStatus = { currentNumberScheduled: 0, numberMisscheduled: 0, desiredNumberScheduled: 0, numberReady: 0 };

export function daemonSetWithDefaults(daemonSet: DaemonSet): DaemonSet {
  const given = daemonSet.spec as DaemonSetSpec | undefined;
  const filled = specWithDefaults({ ...given, template: podTemplateWithDefaults(given?.template) } as DaemonSetSpec);
  const spec = given !== undefined && sameFields(filled, given) ? given : filled;
  const status = fillAbsent(daemonSet.status ?? noNodes, noNodes);
  const same = spec === daemonSet.spec && status === daemonSet.status;
  return withTemplateGeneration(same ? daemonSet : { ...daemonSet, spec, status }, templateGeneration(daemonSet));
}

function specWithDefaults(given: DaemonSetSpec): DaemonSetSpec {
  return changeField(fillAbsent(given, { updateStrategy: {}, revisionHistoryLimit: 10 }), "updateStrategy", updatesWithDefaults);
}

function updatesWithDefaults(updates: DaemonSetUpdateStrategy): DaemonSetUpdateStrategy {
  const typed = fill(updates, { type: "RollingUpdate" });
  if (typed.type !== "RollingUpdate") return typed;
  return changeField(fillAbsent(typed, { rollingUpdate: {} }), "rollingUpdate", (rolling) => fillAbsent(rolling, { maxUnavailable: 1, maxSurge: 0 }));
}

/** How often the template has changed; what is no number counts as none. */
export function templateGeneration(daemonSet: DaemonSet): number {
  const text = daemonSet.metadata?.annotations?.[generationAnnotation] ?? "";
  return /^[+-]?\d{1,15}$/.test(text) ? Number(text) : 0;
}

export function withTemplateGeneration(daemonSet: DaemonSet, generation: number): DaemonSet {
  const { annotations } = daemonSet.metadata;
  const text = String(generation);
  if (annotations?.[generationAnnotation] === text) return daemonSet;
  return { ...daemonSet, metadata: { ...daemonSet.metadata, annotations: { ...annotations, [generationAnnotation]: text } } };
}
