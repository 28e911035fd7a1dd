import type { ApiResponse } from "../../apimachinery/apiRequest.ts";
import { apiVersionOf, parseApiVersion } from "../../apimachinery/gvk.ts";
import type { KubeObject, OwnerReference } from "../../apimachinery/objectMeta.ts";
import { controllerOf } from "../../apimachinery/objectMeta.ts";
import type { ControllerView } from "../../client/controller.ts";
import type { WriteOp } from "../../client/writes.ts";
import { objectPath } from "../../client/paths.ts";
import { deploymentKind } from "../../kinds/apps/deployment/kind.ts";
import { replicaSetKind } from "../../kinds/apps/replicaset/kind.ts";
import { statefulSetKind } from "../../kinds/apps/statefulset/kind.ts";
import { replicationControllerKind } from "../../kinds/core/replicationcontroller/kind.ts";
import type { Pod } from "../../kinds/core/pod/types.ts";
import type { KindDefinition } from "../../kinds/define.ts";

// Follows pkg/controller/disruption/disruption.go (getExpectedScale and the finders).

/** How many pods the controllers of these pods want. */
export interface Expected {
  readonly count: number;
  readonly unmanaged: boolean;
  /** Of controllers that no lister knows: to be asked by their scale, one after the other. */
  readonly ask: readonly Asked[];
}

/** A controller to ask, and the pod that names it. */
export interface Asked {
  readonly reference: OwnerReference;
  readonly pod: string;
}

type Scalable = KubeObject<{ readonly replicas?: number }>;
const replicasOf = (object: Scalable): number => object.spec?.replicas ?? 1;

export function expectedScale(pods: readonly Pod[], view: ControllerView): Expected {
  const scales = new Map<string, number>();
  const ask: Asked[] = [];
  let unmanaged = false;
  for (const pod of pods) {
    const reference = controllerOf(pod.metadata);
    if (reference === null) {
      unmanaged = true;
      continue;
    }
    if (scales.has(reference.uid) || ask.some((other) => other.reference.uid === reference.uid)) continue;
    const found = scaleOwner(reference, pod.metadata.namespace ?? "", view);
    if (found === null) ask.push({ reference, pod: pod.metadata.name });
    else scales.set(found.metadata.uid, replicasOf(found));
  }
  return { count: [...scales.values()].reduce((sum, scale) => sum + scale, 0), unmanaged, ask };
}

/** The object whose scale counts: a ReplicaSet's Deployment in its stead. */
function scaleOwner(reference: OwnerReference, namespace: string, view: ControllerView): Scalable | null {
  const { group } = parseApiVersion(reference.apiVersion);
  const named = <O extends KubeObject>(kind: KindDefinition<O>, { name, uid }: OwnerReference): O | null => {
    const object = view.lister(kind).get({ namespace, name });
    return object?.metadata.uid === uid ? object : null;
  };
  if (reference.kind === "ReplicationController" && group === "") return named(replicationControllerKind, reference) as Scalable | null;
  if (reference.kind === "StatefulSet" && group === "apps") return named(statefulSetKind, reference) as Scalable | null;
  if (reference.kind !== "ReplicaSet" || (group !== "apps" && group !== "extensions")) return null;
  const rs = named(replicaSetKind, reference);
  const above = rs === null ? null : controllerOf(rs.metadata);
  return (above?.kind === "Deployment" ? named(deploymentKind, above) : rs) as Scalable | null;
}

/** Kinds by what a reference calls them. */
export class KindsByReference {
  readonly #kinds = new Map<string, KindDefinition>();

  constructor(kinds: readonly KindDefinition[]) {
    for (const kind of kinds) for (const version of kind.versions) this.#kinds.set(`${apiVersionOf({ group: kind.gvk.group, version })}/${kind.gvk.kind}`, kind);
  }

  get({ apiVersion, kind }: OwnerReference): KindDefinition | null {
    return this.#kinds.get(`${apiVersion}/${kind}`) ?? null;
  }

  /** Asks for the scale of a controller; an error's text where there is no such thing. */
  scaleOp({ reference }: Asked, namespace: string): WriteOp | string {
    const kind = this.get(reference);
    if (kind === null) return `no matches for kind "${reference.kind}" in version "${reference.apiVersion}"`;
    return { verb: "get", path: objectPath(kind, { namespace, name: reference.name }, "scale"), tolerates: [404] };
  }

  /** What the answer says: the replicas, or why there are none. */
  scaleIn({ reference, pod }: Asked, response: ApiResponse | undefined): number | string {
    const kind = this.get(reference);
    if (response?.code === 404 && kind !== null && kind.scale === null) return `${kind.gvk.group === "" ? kind.plural : `${kind.plural}.${kind.gvk.group}`} does not implement the scale subresource`;
    const scale = response?.body as unknown as Scalable | undefined;
    return response?.code === 200 && scale?.metadata.uid === reference.uid ? (scale.spec?.replicas ?? 0) : `found no controllers for pod "${pod}"`;
  }
}
