// Follows pkg/kubelet/volumemanager/populator/desired_state_of_world_populator.go (createVolumeSpec, getPVCExtractPV).
import type { ApiResponse } from "../../apimachinery/apiRequest.ts";
import type { Json } from "../../base/json.ts";
import { isJsonObject } from "../../base/json.ts";
import type { ClientContext, ClientSet } from "../../client/clientSet.ts";
import { controllerOf } from "../../apimachinery/objectMeta.ts";
import type { PersistentVolume } from "../../kinds/core/persistentvolume/types.ts";
import type { PersistentVolumeClaim } from "../../kinds/core/persistentvolumeclaim/types.ts";
import type { Pod, Volume } from "../../kinds/core/pod/types.ts";

/** Where on the node the data of a claim lies, or why it cannot be had. */
export type ClaimView = { readonly path: string } | { readonly error: string };

const retryUs = 2_000_000;
const claimPath = (namespace: string, name: string): string => `/api/v1/namespaces/${namespace}/persistentvolumeclaims/${name}`;

/** The claims of this node's pods: read with their volumes until they are bound. Nodes may read them, and may not watch them. */
export class PodClaims {
  readonly #clients: ClientSet;
  /** By "<pod uid>/<volume>"; null: asked for. */
  readonly #views = new Map<string, ClaimView | null>();

  constructor(clients: ClientSet) {
    this.#clients = clients;
  }

  /** Asks for the claims of a pod that are not known to be bound. */
  fetch(ctx: ClientContext, pod: Pod): void {
    for (const volume of pod.spec.volumes ?? []) {
      const name = claimName(pod, volume);
      const key = `${pod.metadata.uid}/${volume.name}`;
      const known = this.#views.get(key);
      if (name === null || known === null || (known !== undefined && "path" in known)) continue;
      if (known === undefined) this.#views.set(key, null);
      const namespace = pod.metadata.namespace ?? "";
      this.#clients.request(ctx, { verb: "get", path: claimPath(namespace, name) }, { claim: key, about: `${namespace}/${name}`, owner: volume.ephemeral === undefined ? "" : pod.metadata.uid, pod: `${namespace}/${pod.metadata.name}`, uid: "" });
    }
  }

  lookup(uid: string, volume: string): ClaimView | null {
    return this.#views.get(`${uid}/${volume}`) ?? null;
  }

  /** The uid of the pod whose claim is known now; null where the answer was to somebody else, or another question follows. */
  answered(ctx: ClientContext, tag: Json, response: ApiResponse | null): string | null {
    if (!isJsonObject(tag) || typeof tag["claim"] !== "string") return null;
    const key = tag["claim"];
    const uid = key.slice(0, key.indexOf("/"));
    if (!this.#views.has(key)) return uid;
    const { about, owner, pod } = tag as { readonly about: string; readonly owner: string; readonly pod: string };
    const result = tag["uid"] === "" ? ofClaim(about, owner, pod, response) : ofVolume(about, String(tag["uid"]), String(tag["volume"]), response);
    if ("ask" in result) {
      this.#clients.request(ctx, { verb: "get", path: `/api/v1/persistentvolumes/${result.ask}` }, { claim: key, about, owner, pod, uid: result.uid, volume: result.ask });
      return null;
    }
    this.#views.set(key, "path" in result ? result : { error: `error processing PVC ${about}: ${result.error}` });
    if (!("path" in result)) ctx.setTimer(`claim/${uid}`, retryUs);
    return uid;
  }

  forget(ctx: ClientContext, pod: Pod): void {
    let had = false;
    for (const { name } of pod.spec.volumes ?? []) had = this.#views.delete(`${pod.metadata.uid}/${name}`) || had;
    if (had) ctx.cancelTimer(`claim/${pod.metadata.uid}`);
  }

  snapshot(): Json {
    return [...this.#views] as unknown as Json;
  }

  restore(data: Json): void {
    this.#views.clear();
    for (const [key, view] of data as unknown as readonly (readonly [string, ClaimView | null])[]) this.#views.set(key, view);
  }
}

function ofClaim(about: string, owner: string, pod: string, response: ApiResponse | null): { readonly ask: string; readonly uid: string } | { readonly error: string } {
  if (response?.code !== 200) return { error: `failed to fetch PVC from API server: ${messageOf(response)}` };
  const claim = response.body as unknown as PersistentVolumeClaim;
  if (owner !== "" && controllerOf(claim.metadata)?.uid !== owner) return { error: `PVC ${about} was not created for pod ${pod} (pod is not owner)` };
  if (claim.metadata.deletionTimestamp !== undefined) return { error: "PVC is being deleted" };
  if (claim.status?.phase !== "Bound") return { error: "PVC is not bound" };
  if ((claim.spec.volumeName ?? "") === "") return { error: "PVC has empty pvc.Spec.VolumeName" };
  return { ask: claim.spec.volumeName ?? "", uid: claim.metadata.uid };
}

function ofVolume(about: string, uid: string, name: string, response: ApiResponse | null): ClaimView {
  if (response?.code !== 200) return { error: `failed to fetch PV ${name} from API server: ${messageOf(response)}` };
  const { claimRef, hostPath, local, ...source } = (response.body as unknown as PersistentVolume).spec;
  if (claimRef === undefined) return { error: `found PV object ${name} with nil pv.Spec.ClaimRef indicating it is not yet bound to the claim` };
  if (claimRef.uid !== uid) return { error: `found PV object ${name} with a pv.Spec.ClaimRef.UID ${claimRef.uid ?? ""} that does not point to claim ${uid} (${about})` };
  const path = hostPath?.path ?? local?.path;
  if (path !== undefined) return { path };
  if (source.csi !== undefined) return { error: `MountVolume.MountDevice failed for volume "${name}" : kubernetes.io/csi: attacher.MountDevice failed to create newCsiDriverClient: driver name ${source.csi.driver} not found in the list of registered CSI drivers` };
  return { error: `volume "${name}": only hostPath and local volumes are simulated` };
}

function claimName(pod: Pod, volume: Volume): string | null {
  return volume.persistentVolumeClaim?.claimName ?? (volume.ephemeral === undefined ? null : `${pod.metadata.name}-${volume.name}`);
}

function messageOf(response: ApiResponse | null): string {
  if (response === null) return "the connection to the API server was lost";
  return isJsonObject(response.body) && typeof response.body["message"] === "string" ? response.body["message"] : `status ${response.code}`;
}
