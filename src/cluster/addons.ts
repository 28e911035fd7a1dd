import type { BootObject } from "./addonManager.ts";
import type { ClusterSpec } from "./clusterSpec.ts";

/** The objects that each addon brings, by its name in ClusterSpec.addons. "cloud" is a process, not objects. */
const objectsByAddon: Readonly<Record<string, readonly BootObject[]>> = {
  cloud: [],
};

export const knownAddons: readonly string[] = Object.keys(objectsByAddon);

/** In the order of the spec. Throws on a name that is not known, naming those that are. */
export function addonObjects(spec: ClusterSpec): readonly BootObject[] {
  return spec.addons.flatMap((addon) => {
    const objects = objectsByAddon[addon];
    if (objects === undefined) throw new Error(`addons: unknown addon "${addon}"; known are ${knownAddons.join(", ")}`);
    return objects;
  });
}
