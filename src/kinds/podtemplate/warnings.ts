// Follows pkg/api/pod/warnings.go.
import type { PodSpec, PodTemplateSpec } from "../core/pod/types.ts";

/** Warnings of a template's pods. */
export function templateWarnings(template: PodTemplateSpec, old: PodTemplateSpec | null, path: string): readonly string[] {
  return podSpecWarnings(template.spec, template.metadata?.annotations, old?.spec ?? null, path);
}

export function podSpecWarnings(_spec: PodSpec, _annotations: Readonly<Record<string, string>> | undefined, _old: PodSpec | null, _path: string): readonly string[] {
  return [];
}
