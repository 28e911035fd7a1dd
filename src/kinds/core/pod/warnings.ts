// Follows pkg/registry/core/pod/strategy.go (WarningsOnCreate) and pkg/api/pod/warnings.go.
import { isDns1123Label } from "../../../apimachinery/names.ts";
import { appArmorWarnings } from "./appArmor.ts";
import { podSpecWarnings } from "../../podtemplate/warnings.ts";
import type { Pod } from "./types.ts";

/** Only creation warns: people rarely touch pods that exist. */
export function podWarnings(pod: Pod, old: Pod | null): readonly string[] {
  if (old !== null) return [];
  const faults = isDns1123Label(pod.metadata.name ?? "");
  const name = faults.length === 0 ? [] : [`metadata.name: this is used in the Pod's hostname, which can result in surprising behavior; a DNS label is recommended: [${faults.join(" ")}]`];
  return [...appArmorWarnings(pod.spec), ...name, ...podSpecWarnings(pod.spec, pod.metadata.annotations, "")];
}
