// Follows pkg/apis/core/validation/validation.go: annotations from before seccomp and AppArmor had fields, by themselves (ValidateSeccompPodAnnotations,
// ValidateAppArmorPodAnnotations) and against the fields (validateSeccompAnnotationsAndFields, validateAppArmorAnnotationsAndFieldsMatchOnCreate).
import { forbidden, index, invalid, key as keyPath } from "../../apimachinery/fieldError.ts";
import { goQuote } from "../../apimachinery/goFormat.ts";
import type { FieldError } from "../../apimachinery/status.ts";
import type { PodSpec } from "../core/pod/types.ts";
import { appArmorPrefix, containerSeccompPrefix, podSeccomp } from "./warnings.ts";

type Annotations = Readonly<Record<string, string>>;
interface Profile {
  readonly type?: string;
  readonly localhostProfile?: string;
}

const localhost = "localhost/";

/** What is wrong with the annotations by themselves. */
export function profileAnnotationErrors(annotations: Annotations, spec: PodSpec, path: string): readonly FieldError[] {
  const names = Object.keys(annotations).sort();
  const errors: FieldError[] = [];
  for (const name of names) if (name === podSeccomp || name.startsWith(containerSeccompPrefix)) errors.push(...seccompErrors(annotations[name] ?? "", `${path}.${name}`));
  const containers = new Set(allContainers(spec, "").map(([container]) => container.name));
  for (const name of names) {
    if (!name.startsWith(appArmorPrefix)) continue;
    const container = name.slice(appArmorPrefix.length);
    const text = annotations[name] ?? "";
    if (!containers.has(container)) errors.push(invalid(keyPath(path, name), container, "container not found"));
    if (text !== "" && text !== "runtime/default" && text !== "unconfined" && !text.startsWith(localhost)) errors.push(invalid(keyPath(path, name), text, `invalid AppArmor profile name: ${goQuote(text)}`));
  }
  return errors;
}

function seccompErrors(text: string, path: string): readonly FieldError[] {
  if (text === "runtime/default" || text === "docker/default" || text === "unconfined") return [];
  if (!text.startsWith(localhost)) return [invalid(path, text, "must be a valid seccomp profile")];
  const file = text.slice(localhost.length);
  if (file.startsWith("/")) return [invalid(path, file, "must be a relative path")];
  return file.split("/").includes("..") ? [invalid(path, file, "must not contain '..'")] : [];
}

/** Where an annotation and the field that took its place say different things. */
export function profileMatchErrors(annotations: Annotations, spec: PodSpec, path: string): readonly FieldError[] {
  const errors: FieldError[] = [];
  const check = (kind: string, text: string | undefined, profile: Profile | undefined, at: string, defaults: readonly string[]): void => {
    if (text !== undefined && profile !== undefined) errors.push(...mismatch(kind, text, profile, at, defaults));
  };
  check("seccomp", annotations[podSeccomp], spec.securityContext?.seccompProfile, `${path}.securityContext.seccompProfile`, ["runtime/default", "docker/default"]);
  const containers = allContainers(spec, path);
  for (const [container, at] of containers) check("seccomp", annotations[`${containerSeccompPrefix}${container.name}`], container.securityContext?.seccompProfile, `${at}.securityContext.seccompProfile`, ["runtime/default", "docker/default"]);
  if (spec.os?.name === "windows") return errors;
  for (const [container, at] of containers) {
    check("apparmor", annotations[`${appArmorPrefix}${container.name}`], container.securityContext?.appArmorProfile ?? spec.securityContext?.appArmorProfile, `${at}.securityContext.appArmorProfile`, ["runtime/default"]);
  }
  return errors;
}

function mismatch(kind: string, text: string, { type, localhostProfile }: Profile, path: string, defaults: readonly string[]): readonly FieldError[] {
  const types = [forbidden(`${path}.type`, `${kind} type in annotation and field must match`)];
  switch (type) {
    case "Unconfined":
      return text === "unconfined" ? [] : types;
    case "RuntimeDefault":
      return defaults.includes(text) ? [] : types;
    case "Localhost":
      if (!text.startsWith(localhost)) return types;
      return text.slice(localhost.length) === localhostProfile ? [] : [forbidden(`${path}.localhostProfile`, `${kind} profile in annotation and field must match`)];
    default:
      return [];
  }
}

type AnyContainer = NonNullable<PodSpec["containers"]>[number];

function allContainers(spec: PodSpec, path: string): readonly (readonly [container: AnyContainer, path: string])[] {
  return (["initContainers", "containers", "ephemeralContainers"] as const).flatMap((list) => ((spec[list] ?? []) as readonly AnyContainer[]).map((container, at) => [container, index(`${path}.${list}`, at)] as const));
}
