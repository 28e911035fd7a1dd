import { goQuote } from "../../apimachinery/goFormat.ts";
import type { KubeObject } from "../../apimachinery/objectMeta.ts";
import { forbiddenStatus } from "../../apimachinery/statusErrors.ts";
import type { Pod, PodSpec } from "../../kinds/core/pod/types.ts";
import { refuse } from "../requestContext.ts";
import { refusedName, type Admission, type AdmissionPlugin } from "./define.ts";
import { isPod, podOf, unchanged, withSpec } from "./podFields.ts";

interface PriorityClassParts extends KubeObject {
  readonly value?: number;
  readonly globalDefault?: boolean;
  readonly preemptionPolicy?: string;
}

const classesId = "priorityclasses.scheduling.k8s.io";

/** Turns a pod's class into its number. Follows plugin/pkg/admission/priority/admission.go. */
export const priority: AdmissionPlugin = { name: "Priority", implemented: true, resources: ["pods", classesId], mutate, validate };

function mutate(admission: Admission): KubeObject {
  if (!isPod(admission)) return unchanged(admission);
  const pod = podOf(admission);
  if (admission.operation === "UPDATE") return kept(pod, admission.old as unknown as Pod);
  const className = pod.spec.priorityClassName ?? "";
  const found = className === "" ? defaultClass(admission) : classes(admission).find((entry) => entry.metadata.name === className);
  const refusePod = (text: string): never => refuse(forbiddenStatus({ group: "", resource: "pods" }, refusedName(pod as unknown as KubeObject), text));
  if (className !== "" && found === undefined) refusePod(`no PriorityClass with name ${className} was found`);
  const value = found?.value ?? 0;
  const policy = found?.preemptionPolicy ?? "PreemptLowerPriority";
  const given = pod.spec.priority;
  if (given !== undefined && given !== value) {
    refusePod(`the integer value of priority (${given}) must not be provided in pod spec; priority admission controller computed ${value} from the given PriorityClass name`);
  }
  if (pod.spec.preemptionPolicy !== undefined && pod.spec.preemptionPolicy !== policy) {
    refusePod(`the string value of PreemptionPolicy (${pod.spec.preemptionPolicy}) must not be provided in pod spec; priority admission controller computed ${policy} from the given PriorityClass name`);
  }
  const named = className === "" && found !== undefined ? { priorityClassName: found.metadata.name } : {};
  return withSpec(pod, { priority: value, preemptionPolicy: policy, ...named } as Partial<PodSpec>);
}

/** An update that leaves the number out keeps it. */
function kept(pod: Pod, old: Pod): KubeObject {
  const changes: Record<string, unknown> = {};
  if (pod.spec.priority === undefined && old.spec.priority !== undefined) changes["priority"] = old.spec.priority;
  if (pod.spec.preemptionPolicy === undefined && old.spec.preemptionPolicy !== undefined) changes["preemptionPolicy"] = old.spec.preemptionPolicy;
  return Object.keys(changes).length === 0 ? (pod as unknown as KubeObject) : withSpec(pod, changes as Partial<PodSpec>);
}

function classes(admission: Admission): readonly PriorityClassParts[] {
  const { server } = admission.rc;
  const resource = server.resources.get(classesId);
  return resource === null ? [] : Array.from(server.cache.range(resource, ""), ([, object]) => object as PriorityClassParts);
}

/** Of several global defaults the lowest counts. */
function defaultClass(admission: Admission): PriorityClassParts | undefined {
  const { server } = admission.rc;
  const resource = server.resources.get(classesId);
  if (resource === null) return undefined;
  let lowest: PriorityClassParts | undefined;
  for (const [, object] of server.cache.range(resource, "")) {
    const entry = object as PriorityClassParts;
    if (entry.globalDefault === true && (lowest === undefined || (entry.value ?? 0) < (lowest.value ?? 0))) lowest = entry;
  }
  return lowest;
}

function validate(admission: Admission): void {
  const { target, operation, object } = admission;
  if (target.resource.id !== classesId || operation === "DELETE" || object === null || (object as PriorityClassParts).globalDefault !== true) return;
  const other = classes(admission).find((entry) => entry.globalDefault === true && entry.metadata.name !== object.metadata.name);
  if (other === undefined) return;
  refuse(forbiddenStatus({ group: target.resource.group, resource: target.resource.plural }, object.metadata.name, `PriorityClass ${goQuote(other.metadata.name)} is already marked as default. Only one default can exist`));
}
