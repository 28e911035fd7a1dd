// Follows pkg/kubelet/kubelet_pods.go (makeEnvironmentVariables), pkg/kubelet/envvars and third_party/forked/golang/expansion.
import type { Container, Pod } from "../../kinds/core/pod/types.ts";
import { fieldValue, resourceValue, type PodFacts } from "./fieldPath.ts";
import type { ReferencePlural } from "./podReferences.ts";

/** What is known of a ConfigMap or Secret: its entries as text, that it is missing, or nothing yet. */
export type ObjectView = { readonly entries: Readonly<Record<string, string>> } | "missing" | "unknown";
export type LookupObject = (plural: ReferencePlural, namespace: string, name: string) => ObjectView;

export type EnvironmentResult = { readonly env: Readonly<Record<string, string>> } | { readonly waiting: true } | { readonly error: string };

const kindText: Readonly<Record<ReferencePlural, string>> = { configmaps: "configmap", secrets: "secret" };
const kindTitle: Readonly<Record<ReferencePlural, string>> = { configmaps: "ConfigMap", secrets: "Secret" };

/** The variables that a container starts with: services first, then envFrom, then env, each able to name the ones before. */
export function containerEnvironment(pod: Pod, container: Container, fromServices: Readonly<Record<string, string>>, facts: PodFacts, lookup: LookupObject): EnvironmentResult {
  if (container.env === undefined && container.envFrom === undefined) return { env: fromServices };
  const namespace = pod.metadata.namespace ?? "";
  const env: Record<string, string> = {};
  for (const source of container.envFrom ?? []) {
    const plural = source.configMapRef !== undefined ? "configmaps" : "secrets";
    const reference = source.configMapRef ?? source.secretRef;
    if (reference === undefined) continue;
    const view = lookup(plural, namespace, reference.name ?? "");
    if (view === "unknown") return { waiting: true };
    if (view === "missing") {
      if (reference.optional === true) continue;
      return { error: `${kindText[plural]} "${reference.name ?? ""}" not found` };
    }
    for (const key of Object.keys(view.entries).sort()) env[`${source.prefix ?? ""}${key}`] = view.entries[key] ?? "";
  }
  for (const variable of container.env ?? []) {
    const from = variable.valueFrom;
    if (from === undefined) {
      env[variable.name] = expand(variable.value ?? "", (name) => env[name] ?? fromServices[name]);
    } else if (from.fieldRef !== undefined) {
      const value = fieldValue(pod, from.fieldRef.fieldPath, facts);
      if (value === null) return { error: `unsupported fieldPath: ${from.fieldRef.fieldPath}` };
      env[variable.name] = value;
    } else if (from.resourceFieldRef !== undefined) {
      const value = resourceValue(pod, container, from.resourceFieldRef, facts);
      if (value === null) return { error: `unsupported container resource : ${from.resourceFieldRef.resource}` };
      env[variable.name] = value;
    } else {
      const plural = from.configMapKeyRef !== undefined ? "configmaps" : "secrets";
      const reference = from.configMapKeyRef ?? from.secretKeyRef;
      if (reference === undefined) return { error: `fileKeyRef is not simulated yet (variable ${variable.name})` };
      const view = lookup(plural, namespace, reference.name ?? "");
      if (view === "unknown") return { waiting: true };
      const value = view === "missing" ? undefined : view.entries[reference.key];
      if (value !== undefined) env[variable.name] = value;
      else if (reference.optional !== true) {
        return { error: view === "missing" ? `${kindText[plural]} "${reference.name ?? ""}" not found` : `couldn't find key ${reference.key} in ${kindTitle[plural]} ${namespace}/${reference.name ?? ""}` };
      }
    }
  }
  return { env: { ...fromServices, ...env } };
}

/** $(NAME) becomes the variable's value where it is known, $$ is one $, all else stays as it is. */
export function expand(text: string, value: (name: string) => string | undefined): string {
  let result = "";
  for (let at = 0; at < text.length; at++) {
    const char = text[at];
    const next = text[at + 1];
    if (char !== "$" || next === undefined) {
      result += char ?? "";
    } else if (next === "$") {
      result += "$";
      at += 1;
    } else if (next === "(") {
      const end = text.indexOf(")", at + 2);
      if (end < 0) {
        result += "$(";
        at += 1;
      } else {
        const name = text.slice(at + 2, end);
        result += value(name) ?? `$(${name})`;
        at = end;
      }
    } else {
      result += `$${next}`;
      at += 1;
    }
  }
  return result;
}
