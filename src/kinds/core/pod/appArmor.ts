// Follows pkg/registry/core/pod/strategy.go (applyAppArmorVersionSkew): the old annotations become fields.
import { deepEqual } from "../../../base/deepEqual.ts";
import { key as keyPath } from "../../../apimachinery/fieldError.ts";
import { appArmorPrefix } from "../../podtemplate/warnings.ts";
import { changeItems } from "../../sharing.ts";
import type { AppArmorProfile, Container, PodSpec } from "./types.ts";

type Annotations = Readonly<Record<string, string>> | undefined;

/** Annotations that spoke for a container without a field of its own, by the spec that they were written into. */
const spokenFor = new WeakMap<PodSpec, readonly string[]>();

/** The spec with the profiles that only annotations named. */
export function withAppArmorFields(spec: PodSpec, annotations: Annotations): PodSpec {
  if (annotations === undefined || spec.os?.name === "windows" || !Object.keys(annotations).some((name) => name.startsWith(appArmorPrefix))) return spec;
  const warned: string[] = [];
  const ofPod = spec.securityContext?.appArmorProfile;
  const withProfile = (container: Container): Container => {
    const name = `${appArmorPrefix}${container.name}`;
    const text = annotations[name];
    if (text === undefined || container.securityContext?.appArmorProfile !== undefined) return container;
    const profile = profileOf(text);
    if (profile !== null && deepEqual(profile, ofPod)) return container;
    warned.push(name);
    return profile === null ? container : { ...container, securityContext: { ...container.securityContext, appArmorProfile: profile } };
  };
  const out = { ...changeItems(changeItems(spec, "initContainers", withProfile), "containers", withProfile) };
  spokenFor.set(out, warned);
  return out;
}

function profileOf(text: string): AppArmorProfile | null {
  if (text === "unconfined") return { type: "Unconfined" };
  if (text === "runtime/default") return { type: "RuntimeDefault" };
  const local = text.startsWith("localhost/") ? text.slice("localhost/".length) : "";
  return local === "" ? null : { type: "Localhost", localhostProfile: local };
}

export function appArmorWarnings(spec: PodSpec): readonly string[] {
  return (spokenFor.get(spec) ?? []).map((name) => `${keyPath("metadata.annotations", name)}: deprecated since v1.30; use the "appArmorProfile" field instead`);
}
