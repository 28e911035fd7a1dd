import type { KubeObject } from "../../apimachinery/objectMeta.ts";
import type { JsonObject } from "../../base/json.ts";
import { defaulted } from "../codec.ts";
import { admissionPlugins } from "../admission/index.ts";
import type { Admission, AdmissionPlugin } from "../admission/define.ts";
import { targetOf, workOf, type RequestContext, type Target } from "../requestContext.ts";

function admissionOf(rc: RequestContext): Admission {
  const work = workOf(rc);
  return { rc, target: targetOf(rc), operation: work.operation, object: work.object, old: work.old };
}

interface Plugins {
  readonly mutating: readonly AdmissionPlugin[];
  readonly validating: readonly AdmissionPlugin[];
}

/** By resource, in their order: most plugins concern one or two. */
const byResource = new Map<string, Plugins>();

function pluginsOf(id: string): Plugins {
  let plugins = byResource.get(id);
  if (plugins === undefined) {
    const asked = admissionPlugins.filter(({ resources }) => resources === undefined || resources.includes(id));
    byResource.set(id, (plugins = { mutating: asked.filter((plugin) => plugin.mutate !== undefined), validating: asked.filter((plugin) => plugin.validate !== undefined) }));
  }
  return plugins;
}

const judgingPosts = admissionPlugins.filter((plugin) => plugin.posted !== undefined);

/** Plugins may change the object, in their order; the kind's defaults are filled in again. */
export function mutatingAdmission(rc: RequestContext): string {
  const work = workOf(rc);
  const given = work.object;
  const acted: string[] = [];
  let admission = admissionOf(rc);
  for (const plugin of pluginsOf(admission.target.resource.id).mutating) {
    const after = plugin.mutate?.(admission) ?? null;
    if (work.operation === "DELETE" || after === work.object) continue;
    work.object = after;
    admission = admissionOf(rc);
    acted.push(plugin.name);
  }
  if (acted.length > 0 && work.object !== null) work.object = defaulted(targetOf(rc).resource, work.object as unknown as JsonObject, given as unknown as JsonObject | null) as unknown as KubeObject;
  return acted.length === 0 ? "unchanged" : `changed by ${acted.join(", ")}`;
}

export function validatingAdmission(rc: RequestContext): string {
  const admission = admissionOf(rc);
  for (const plugin of pluginsOf(admission.target.resource.id).validating) plugin.validate?.(admission);
  return "allowed";
}

/** What is posted to a subresource may be answered without an object of its own: its admission comes before. */
export function postedAdmission(rc: RequestContext, target: Target, input: JsonObject): void {
  for (const plugin of judgingPosts) plugin.posted?.(rc, target, input);
}
