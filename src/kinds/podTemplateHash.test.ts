import { describe, expect, it } from "vitest";
import { podTemplateHash, safeEncode } from "./podTemplateHash.ts";
import { podTemplateWithDefaults } from "./podtemplate/defaults.ts";
import type { PodTemplateSpec } from "./core/pod/types.ts";

function template(labels: Readonly<Record<string, string>>, spec: Partial<PodTemplateSpec["spec"]>): PodTemplateSpec {
  return podTemplateWithDefaults({ metadata: { labels }, spec: { containers: [], ...spec } });
}

describe("podTemplateHash", () => {
  // Names of ReplicaSets that a real v1.36.2 gave.
  it.each([
    ["746cd9445b", template({ a: "b" }, { containers: [{ name: "c", image: "i" }] })],
    ["6949564ccd", template({ app: "web" }, { containers: [{ name: "c", image: "registry.example/app:1" }], terminationGracePeriodSeconds: 0 })],
    ["86998f585", template({ app: "web" }, { containers: [{ name: "c", image: "registry.example/app:1" }], terminationGracePeriodSeconds: 0, schedulerName: "manual" })],
    ["7bc754cfb4", template({ app: "web", v: "2" }, { containers: [{ name: "c", image: "registry.example/app:1" }], terminationGracePeriodSeconds: 0 })],
    ["656b7c7fd7", template({ app: "web" }, { containers: [{ name: "c", image: "registry.example/app:2" }], terminationGracePeriodSeconds: 0 })],
  ])("gives %s", (hash, each) => {
    expect(podTemplateHash(each, undefined)).toBe(hash);
  });

  it("changes with the count of collisions", () => {
    const each = template({ a: "b" }, { containers: [{ name: "c", image: "i" }] });
    expect(new Set([podTemplateHash(each, undefined), podTemplateHash(each, 0), podTemplateHash(each, 1)]).size).toBe(3);
  });

  it("encodes without letters that spell words", () => {
    expect(safeEncode("0123456789")).toMatch(/^[bcdfghjklmnpqrstvwxz2456789]{10}$/);
  });
});
