import { extended } from "../../base/extended.ts";
import { goQuote } from "../../apimachinery/goFormat.ts";
import type { KubeObject } from "../../apimachinery/objectMeta.ts";
import { forbiddenStatus } from "../../apimachinery/statusErrors.ts";
import type { Container, Pod, PodSpec, Volume } from "../../kinds/core/pod/types.ts";
import type { ServiceAccount } from "../../kinds/core/serviceaccount/types.ts";
import { generateName } from "../metadata/generateName.ts";
import { refuse } from "../requestContext.ts";
import { objectKeyOf } from "../resources.ts";
import { refusedName, type Admission, type AdmissionPlugin } from "./define.ts";
import { isPod, podOf, unchanged, withSpec } from "./podFields.ts";

const mountPath = "/var/run/secrets/kubernetes.io/serviceaccount";
const volumePrefix = "kube-api-access-";
const mirrorAnnotation = "kubernetes.io/config.mirror";

/** Gives each pod a service account and its token. Follows plugin/pkg/admission/serviceaccount/admission.go. */
export const serviceAccount: AdmissionPlugin = { name: "ServiceAccount", implemented: true, resources: ["pods"], mutate };

function mutate(admission: Admission): KubeObject {
  if (!isPod(admission) || admission.operation !== "CREATE") return unchanged(admission);
  const pod = podOf(admission);
  if (pod.metadata.annotations?.[mirrorAnnotation] !== undefined) return mirror(admission, pod);
  const given = pod.spec.serviceAccountName ?? "";
  const name = given === "" ? "default" : given;
  const account = lookUp(admission, pod, name);
  const automount = pod.spec.automountServiceAccountToken ?? account.automountServiceAccountToken ?? true;
  const named: Partial<PodSpec> = { serviceAccountName: name, serviceAccount: name };
  const token = automount ? mountToken(admission, pod) : {};
  const secrets = (pod.spec.imagePullSecrets?.length ?? 0) === 0 && (account.imagePullSecrets?.length ?? 0) > 0 ? { imagePullSecrets: account.imagePullSecrets } : {};
  return withSpec(pod, extended(token, { ...named, ...secrets } as Partial<PodSpec>));
}

function refusePod(pod: Pod, text: string): never {
  refuse(forbiddenStatus({ group: "", resource: "pods" }, refusedName(pod as unknown as KubeObject), text));
}

/** A static pod's image in the API may not use what the API gives. */
function mirror(admission: Admission, pod: Pod): KubeObject {
  if ((pod.spec.serviceAccountName ?? "") !== "") refusePod(pod, "a mirror pod may not reference service accounts");
  for (const volume of pod.spec.volumes ?? []) {
    if (volume.secret !== undefined) refusePod(pod, "a mirror pod may not reference secrets");
    if (volume.projected?.sources?.some((source) => source.serviceAccountToken !== undefined) === true) refusePod(pod, "a mirror pod may not use ServiceAccountToken volume projections");
  }
  return unchanged(admission);
}

function lookUp(admission: Admission, pod: Pod, name: string): ServiceAccount {
  const { rc, target } = admission;
  const resource = rc.server.resources.get("serviceaccounts");
  const account = resource === null ? null : rc.server.cache.get(resource, objectKeyOf(resource, target.namespace, name));
  if (account === null) refusePod(pod, `error looking up service account ${target.namespace}/${name}: serviceaccount ${goQuote(name)} not found`);
  return account as unknown as ServiceAccount;
}

/** A projected volume with token, CA and namespace, in each container that has nothing at its path. */
function mountToken(admission: Admission, pod: Pod): Partial<PodSpec> {
  const existing = pod.spec.volumes?.find((volume) => volume.name.startsWith(volumePrefix));
  const volumeName = existing?.name ?? generateName(volumePrefix, admission.rc.random.fork("generateName"));
  let needed = false;
  const mounted = (containers: readonly Container[] | undefined): readonly Container[] | undefined =>
    containers?.map((container) => {
      if (container.volumeMounts?.some((mount) => mount.mountPath === mountPath) === true) return container;
      needed = true;
      return extended(container, { volumeMounts: [...(container.volumeMounts ?? []), { name: volumeName, readOnly: true, mountPath }] });
    });
  const initContainers = mounted(pod.spec.initContainers);
  const containers = mounted(pod.spec.containers) ?? [];
  const volumes = needed && existing === undefined ? { volumes: [...(pod.spec.volumes ?? []), tokenVolume(volumeName)] } : {};
  return extended(volumes, initContainers === undefined ? { containers } : { initContainers, containers });
}

/** One object for all pods: what is judged, hashed or written out of it is so once. */
const tokenProjection: Volume["projected"] = {
  sources: [
    { serviceAccountToken: { expirationSeconds: 3607, path: "token" } },
    { configMap: { name: "kube-root-ca.crt", items: [{ key: "ca.crt", path: "ca.crt" }] } },
    { downwardAPI: { items: [{ path: "namespace", fieldRef: { apiVersion: "v1", fieldPath: "metadata.namespace" } }] } },
  ],
  defaultMode: 420,
};

function tokenVolume(name: string): Volume {
  return { name, projected: tokenProjection } as Volume;
}
