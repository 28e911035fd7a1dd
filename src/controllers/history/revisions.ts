import { goJson } from "../../apimachinery/goFormat.ts";
import type { Selector } from "../../apimachinery/labels.ts";
import { matches } from "../../apimachinery/labels.ts";
import type { KubeObject } from "../../apimachinery/objectMeta.ts";
import { deepEqual } from "../../base/deepEqual.ts";
import { fnv1x32 } from "../../base/hash.ts";
import type { Json, JsonObject } from "../../base/json.ts";
import { isJsonObject } from "../../base/json.ts";
import type { AnyKind, ReconcileContext } from "../../client/controller.ts";
import type { NewObject } from "../../client/writes.ts";
import { controllerRevisionKind } from "../../kinds/apps/controllerrevision/kind.ts";
import type { ControllerRevision } from "../../kinds/apps/controllerrevision/types.ts";
import type { PodTemplateSpec } from "../../kinds/core/pod/types.ts";
import { safeEncode } from "../../kinds/podTemplateHash.ts";
import { claim, controllerIndex, controllerReference, orphansOf } from "../ownership.ts";

/*
 * Follows pkg/controller/history/controller_history.go, with getPatch and ApplyRevision of its two users.
 *
 * How a DaemonSet uses it: its hash is podTemplateHash(template, status.collisionCount), its label "controller-revision-hash"; then
 * newRevision(ds, daemonSetKind, { hash, label, revision }). ownRevisions(), keepsTemplate() (upstream's history.Match), byRevision() and
 * nextRevision() are the same for both; old revisions go by deleteOp. A controller that uses it has
 * indexesOf(controllerRevisionKind, { [controllerIndex]: controllerIndexOf }) among its indexes and the kind among `owns` or `reads`.
 */

/** The label that a StatefulSet's revisions carry their hash in. */
export const revisionHashLabel = "controller.kubernetes.io/hash";
/** The label in which pods of a StatefulSet name their revision, and those of a DaemonSet their hash. */
export const podRevisionLabel = "controller-revision-hash";

const longestPrefix = 223;
const patches = new WeakMap<PodTemplateSpec, JsonObject>();

/** What a revision keeps: the patch that puts the template back. */
export function templatePatch(template: PodTemplateSpec): JsonObject {
  let patch = patches.get(template);
  if (patch === undefined) {
    patch = sorted({ spec: { template: { metadata: {}, ...(template as unknown as JsonObject), $patch: "replace" } } }) as JsonObject;
    patches.set(template, patch);
  }
  return patch;
}

/** Go writes the keys of a map in order. */
function sorted(value: Json): Json {
  if (Array.isArray(value)) return (value as readonly Json[]).map(sorted);
  if (!isJsonObject(value)) return value;
  const out: Record<string, Json> = Object.create(null) as Record<string, Json>;
  for (const key of Object.keys(value).sort()) if (value[key] !== undefined) out[key] = sorted(value[key]);
  return out;
}

/** Follows HashControllerRevision: FNV-1 of the patch as it is stored and of the count of collisions in digits. Equal to a real cluster's. */
export function revisionHash(template: PodTemplateSpec, collisionCount: number): string {
  return safeEncode(String(fnv1x32(`${goJson(templatePatch(template))}${collisionCount}`)));
}

export function revisionName(owner: string, hash: string): string {
  return `${owner.slice(0, longestPrefix)}-${hash}`;
}

/** The hash of a revision, the label that tells it, and its number. */
export interface RevisionIdentity {
  readonly hash: string;
  readonly label: string;
  readonly revision: number;
}

/** A revision of the owner's present template. */
export function newRevision(owner: KubeObject, ownerKind: AnyKind, template: PodTemplateSpec, { hash, label, revision }: RevisionIdentity): NewObject & ControllerRevision {
  const { name, namespace, annotations } = owner.metadata;
  return {
    apiVersion: "apps/v1",
    kind: "ControllerRevision",
    metadata: {
      name: revisionName(name, hash),
      namespace: namespace ?? "",
      labels: { ...template.metadata?.labels, [label]: hash },
      ...(annotations === undefined ? {} : { annotations }),
      ownerReferences: [controllerReference(owner, ownerKind)],
    } as unknown as KubeObject["metadata"],
    data: templatePatch(template),
    revision,
  };
}

/** Whether the revision keeps this very template. */
export function keepsTemplate(revision: ControllerRevision, template: PodTemplateSpec): boolean {
  return deepEqual(revision.data, templatePatch(template));
}

/** The template that a revision keeps; `otherwise` where its data is of another making. */
export function templateOf(revision: ControllerRevision, otherwise: PodTemplateSpec): PodTemplateSpec {
  const spec = isJsonObject(revision.data) ? revision.data["spec"] : undefined;
  const kept = isJsonObject(spec) ? spec["template"] : undefined;
  if (!isJsonObject(kept)) return otherwise;
  const { $patch: _, ...template } = kept;
  return template as unknown as PodTemplateSpec;
}

/** Oldest first. */
export function byRevision(a: ControllerRevision, b: ControllerRevision): number {
  if (a.revision !== b.revision) return a.revision - b.revision;
  const [first, second] = [a.metadata, b.metadata];
  if (first.creationTimestamp !== second.creationTimestamp) return first.creationTimestamp < second.creationTimestamp ? -1 : 1;
  return first.name < second.name ? -1 : 1;
}

/** The number after the last of these, which are in order. */
export function nextRevision(revisions: readonly ControllerRevision[]): number {
  return (revisions.at(-1)?.revision ?? 0) + 1;
}

/** The owner's revisions, oldest first, orphans with its labels among them: these are adopted unless it goes. */
export function ownRevisions(owner: KubeObject, ownerKind: AnyKind, selector: Selector, ctx: ReconcileContext): readonly ControllerRevision[] {
  const lister = ctx.lister(controllerRevisionKind);
  const own = lister.byIndex(controllerIndex, owner.metadata.uid);
  const orphans = lister.byIndex(controllerIndex, orphansOf(owner.metadata.namespace ?? ""));
  const candidates = (orphans.length === 0 ? own : [...own, ...orphans]).filter(({ metadata }) => matches(selector, metadata.labels));
  const claimed = claim(owner, ownerKind, controllerRevisionKind, selector, candidates);
  for (const op of claimed.ops) ctx.write(op);
  for (const { metadata } of claimed.adopted) ctx.because(`adopted ControllerRevision ${metadata.name}: its labels match and nobody controls it`);
  return [...claimed.mine].sort(byRevision);
}
