import { existsSync, readFileSync, readdirSync } from "node:fs";
import { describe, expect, it } from "vitest";
import type { Json } from "../base/json.ts";
import { deploymentKind } from "./apps/deployment/kind.ts";
import type { Deployment } from "./apps/deployment/types.ts";
import type { KindDefinition } from "./define.ts";
import { create } from "./testing/recordedCreate.ts";
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

interface Scenario {
  readonly steps: readonly { readonly do?: string; readonly path?: string; readonly body?: Json }[];
}

const folder = new URL("../../../shared/oracles/scenarios/", import.meta.url);

describe("recorded ReplicaSets", () => {
  it.skipIf(!existsSync(folder))("have our hashes in their names (skipped where ../shared is absent)", () => {
    const missing: string[] = [];
    let found = 0;
    for (const file of readdirSync(folder).filter((name) => name.startsWith("dep-") && name.endsWith(".json")).sort()) {
      const text = readFileSync(new URL(file, folder), "utf8");
      for (const step of (JSON.parse(text) as Scenario).steps) {
        if (step.do !== "POST" || !(step.path ?? "").endsWith("/deployments") || step.body === undefined) continue;
        const outcome = create(deploymentKind as unknown as KindDefinition, "default", step.body, "Ignore");
        if (outcome.type !== "created") continue;
        const deployment = outcome.object as Deployment;
        const name = `${deployment.metadata.name}-${podTemplateHash(deployment.spec.template, undefined)}`;
        if (text.includes(name)) found++;
        else missing.push(`${file}: ${name}`);
      }
    }
    expect(found, missing.join("\n")).toBeGreaterThanOrEqual(29);
  });
});
