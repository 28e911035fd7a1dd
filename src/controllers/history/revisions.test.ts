import { expect, test } from "vitest";
import { fnv1x32 } from "../../base/hash.ts";
import { podTemplateWithDefaults } from "../../kinds/podtemplate/defaults.ts";
import type { ControllerRevision } from "../../kinds/apps/controllerrevision/types.ts";
import { statefulSetKind } from "../../kinds/apps/statefulset/kind.ts";
import { byRevision, keepsTemplate, newRevision, nextRevision, revisionHash, revisionHashLabel, revisionName, templateOf } from "./revisions.ts";

const template = (annotations?: Readonly<Record<string, string>>, spec: object = {}) =>
  podTemplateWithDefaults({ metadata: { labels: { app: "web" }, ...(annotations === undefined ? {} : { annotations }) }, spec: { containers: [{ name: "c", image: "registry.example/app:1" }], terminationGracePeriodSeconds: 0, ...spec } });
const owner = { apiVersion: "apps/v1", kind: "StatefulSet", metadata: { name: "web", namespace: "default", uid: "u1", resourceVersion: "1", creationTimestamp: "2026-01-01T00:00:00Z", annotations: { a: "b" } } };
const revisionOf = (revision: number, name: string, creationTimestamp = "2026-01-01T00:00:00Z"): ControllerRevision => ({ apiVersion: "apps/v1", kind: "ControllerRevision", metadata: { name, uid: name, resourceVersion: "1", creationTimestamp }, revision });

// Names of ControllerRevisions that a real v1.36.2 gave.
test.each([
  ["f4bf967f5", template()],
  ["7997c48f5f", template({ v: "2" })],
  ["75d954b954", template(undefined, { schedulerName: "manual" })],
  ["76589b9c8", template({ v: "2" }, { schedulerName: "manual" })],
])("the hash %s is upstream's", (hash, each) => {
  expect(revisionHash(each, 0)).toBe(hash);
});

test("FNV-1 is Go's, over bytes", () => {
  expect([fnv1x32(""), fnv1x32("a"), fnv1x32("foobar"), fnv1x32("é€😀")]).toEqual([0x811c9dc5, 0x050c5d7e, 0x31f0b262, fnvOfBytes("é€😀")]);
});

function fnvOfBytes(text: string): number {
  let hash = 0x811c9dc5;
  for (const byte of Buffer.from(text)) hash = (Math.imul(hash, 0x01000193) ^ byte) >>> 0;
  return hash;
}

test("a collision changes the hash", () => {
  expect(revisionHash(template(), 1)).not.toBe(revisionHash(template(), 0));
});

test("a revision keeps the template, and gives it back", () => {
  const made = newRevision(owner, statefulSetKind, template({ v: "2" }), { hash: "h", label: revisionHashLabel, revision: 3 });
  expect(made.metadata).toMatchObject({ name: "web-h", namespace: "default", labels: { app: "web", [revisionHashLabel]: "h" }, annotations: { a: "b" }, ownerReferences: [{ kind: "StatefulSet", uid: "u1", controller: true }] });
  expect(keepsTemplate(made, template({ v: "2" }))).toBe(true);
  expect(keepsTemplate(made, template())).toBe(false);
  expect(templateOf(made, template())).toEqual(template({ v: "2" }));
  expect(templateOf(revisionOf(1, "strange"), template())).toEqual(template());
});

test("revisions stand by number, then age, then name", () => {
  const list = [revisionOf(2, "b"), revisionOf(2, "a"), revisionOf(1, "c"), revisionOf(2, "z", "2025-01-01T00:00:00Z")];
  expect([...list].sort(byRevision).map(({ metadata }) => metadata.name)).toEqual(["c", "z", "a", "b"]);
  expect(nextRevision([])).toBe(1);
  expect(nextRevision([revisionOf(4, "a")])).toBe(5);
});

test("long names give way to the hash", () => {
  expect(revisionName("x".repeat(300), "h")).toBe(`${"x".repeat(223)}-h`);
});
