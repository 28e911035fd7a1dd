// Follows pkg/apis/apps/v1/defaults.go (SetDefaults_StatefulSet), pkg/apis/apps/v1/conversion.go and pkg/apis/core/v1/defaults.go (claims).
import { podTemplateWithDefaults } from "../../podtemplate/defaults.ts";
import { changeField, changeItems, fill, fillAbsent, sameFields } from "../../sharing.ts";
import type { StatefulSet, StatefulSetSpec, StatefulSetStatus, StatefulSetUpdateStrategy, VolumeClaimTemplate } from "./types.ts";

export const noPods: StatefulSetStatus = { replicas: 0, availableReplicas: 0 };
const retained = { whenDeleted: "Retain", whenScaled: "Retain" } as const;

export function statefulSetWithDefaults(statefulSet: StatefulSet): StatefulSet {
  const given = statefulSet.spec as StatefulSetSpec | undefined;
  const filled = specWithDefaults({ ...given, template: podTemplateWithDefaults(given?.template) } as StatefulSetSpec);
  const spec = given !== undefined && sameFields(filled, given) ? given : filled;
  const status = fillAbsent(statefulSet.status ?? noPods, noPods);
  return spec === statefulSet.spec && status === statefulSet.status ? statefulSet : { ...statefulSet, spec, status };
}

function specWithDefaults(given: StatefulSetSpec): StatefulSetSpec {
  let spec = fill(given, { podManagementPolicy: "OrderedReady" });
  spec = fillAbsent(spec, { updateStrategy: {}, persistentVolumeClaimRetentionPolicy: retained, replicas: 1, revisionHistoryLimit: 10 });
  spec = changeField(spec, "updateStrategy", updatesWithDefaults);
  spec = changeField(spec, "persistentVolumeClaimRetentionPolicy", (policy) => fill(policy, retained));
  return changeItems(spec, "volumeClaimTemplates", claimWithDefaults);
}

/** Who names the strategy without saying how it rolls gets no partition. */
function updatesWithDefaults(updates: StatefulSetUpdateStrategy): StatefulSetUpdateStrategy {
  const typed = (updates.type ?? "") === "" ? fillAbsent({ ...updates, type: "RollingUpdate" }, { rollingUpdate: {} }) : updates;
  return typed.type === "RollingUpdate" ? changeField(typed, "rollingUpdate", (rolling) => fillAbsent(rolling, { partition: 0 })) : typed;
}

function claimWithDefaults(claim: VolumeClaimTemplate): VolumeClaimTemplate {
  const named = claim.kind === "PersistentVolumeClaim" && claim.apiVersion === "v1" ? claim : { ...claim, kind: "PersistentVolumeClaim", apiVersion: "v1" };
  const filled = fillAbsent(named, { metadata: {}, spec: {}, status: {} });
  return changeField(changeField(filled, "spec", (spec) => fillAbsent(spec, { volumeMode: "Filesystem", resources: {} })), "status", (status) => fill(status, { phase: "Pending" }));
}
