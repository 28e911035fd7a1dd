import type { JsonObject } from "../base/json.ts";
import { corednsManifests } from "../node/images/coredns/manifests.ts";
import { ingressNginxManifests } from "../node/images/ingress-nginx/manifests.ts";
import { metricsServerManifests } from "../node/images/metrics-server/manifests.ts";
import type { BootObject } from "./addonManager.ts";
import { cloudManifests } from "./cloudManifests.ts";
import type { ClusterSpec } from "./clusterSpec.ts";
import { diskManifests, localPathManifests } from "./storageManifests.ts";

export const clusterDomain = "cluster.local";
export const clusterDns = "10.96.0.10";

/** The objects that each addon brings, by its name in ClusterSpec.addons. "cloud" and "local-path" are processes beside their objects. */
const objectsByAddon: Readonly<Record<string, () => readonly JsonObject[]>> = {
  coredns: () => corednsManifests({ clusterDns, clusterDomain, replicas: 2 }),
  "ingress-nginx": () => ingressNginxManifests,
  cloud: () => [...cloudManifests, ...diskManifests],
  "local-path": () => localPathManifests,
  "metrics-server": () => metricsServerManifests,
};

export const knownAddons: readonly string[] = Object.keys(objectsByAddon);

/** In the order of the spec. Throws on a name that is not known, naming those that are. */
export function addonObjects(spec: ClusterSpec): readonly BootObject[] {
  const objects = spec.addons.flatMap((addon) => {
    const objects = Object.hasOwn(objectsByAddon, addon) ? objectsByAddon[addon] : undefined;
    if (objects === undefined) throw new Error(`addons: unknown addon "${addon}"; known are ${knownAddons.join(", ")}`);
    return objects() as unknown as readonly BootObject[];
  });
  // Rights first: whoever starts before them is refused and waits.
  const isRight = (object: BootObject): boolean => object.apiVersion.startsWith("rbac.");
  return [...objects.filter(isRight), ...objects.filter((object) => !isRight(object))];
}
