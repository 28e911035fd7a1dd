import type { PersistentVolume } from "../../kinds/core/persistentvolume/types.ts";
import { skip, success, type PreFilterResult, type SchedulerPlugin } from "../framework.ts";

const zoneKey = "topology.kubernetes.io/zone";
const regionKey = "topology.kubernetes.io/region";
const betaZoneKey = "failure-domain.beta.kubernetes.io/zone";
const betaRegionKey = "failure-domain.beta.kubernetes.io/region";
const keys = [betaZoneKey, betaRegionKey, zoneKey, regionKey] as const;

type Place = readonly [key: string, values: readonly string[]];

const name = "VolumeZone";

/** "a__b": several; one that is empty makes the label say nothing. */
function placesOf(volume: PersistentVolume): readonly Place[] {
  const places: Place[] = [];
  for (const key of keys) {
    const values = volume.metadata.labels?.[key]?.split("__").map((value) => value.trim());
    if (values?.every((value) => value !== "") === true) places.push([key, values]);
  }
  return places;
}

/**
 * A bound volume's labels name the zone and region that its pod must go to.
 * Follows pkg/scheduler/framework/plugins/volumezone/volume_zone.go; claims that have no volume are VolumeBinding's, which has looked before.
 */
export const volumeZone: SchedulerPlugin = {
  name,
  weight: 0,
  preFilter(state, pod): PreFilterResult {
    const places: Place[] = [];
    for (const { name: claimName, isEphemeral } of pod.volumes.claims) {
      if (isEphemeral) continue;
      const volumeName = state.view.objects.claim(pod.pod.metadata.namespace ?? "", claimName)?.spec.volumeName ?? "";
      if (volumeName === "") continue;
      const volume = state.view.objects.volume(volumeName);
      if (volume === null) return { status: { code: "unresolvable", reasons: [`persistentvolume ${JSON.stringify(volumeName)} not found`] }, nodeNames: null };
      places.push(...placesOf(volume));
    }
    if (places.length === 0) return { status: skip, nodeNames: null };
    state.set<readonly Place[]>(name, places);
    return { status: success, nodeNames: null };
  },
  filter(state, _pod, { node }) {
    const labels = node.metadata.labels ?? {};
    // A cluster of one zone may label nothing.
    if (!keys.some((key) => labels[key] !== undefined)) return success;
    for (const [key, values] of state.get<readonly Place[]>(name) ?? []) {
      const value = labels[key] ?? labels[key === betaZoneKey ? zoneKey : key === betaRegionKey ? regionKey : key];
      if (value === undefined || !values.includes(value)) return { code: "unresolvable", reasons: ["node(s) had no available volume zone"] };
    }
    return success;
  },
  wakesOn: ["nodeAdd", "nodeUpdate", "claimChange", "volumeChange"],
};
