import { existsSync, readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { describe, expect, test } from "vitest";
import { ApiWorld } from "../testing/apiWorld.ts";

const folder = path.resolve(import.meta.dirname, "../../../../shared/oracles/openapi/discovery");
const there = existsSync(folder);

interface Entry {
  readonly name: string;
  readonly storageVersionHash?: string;
}

/** The recording server had every alpha and beta version switched on; those are off by default. */
const offByDefault = /\/v\d+(alpha|beta)\d+$/;

/** Why a resource of a served version is not there. By group, or by group and resource. */
const explained: Readonly<Record<string, string>> = {
  "admissionregistration.k8s.io": "comes later",
  "apiextensions.k8s.io": "comes later",
  "apiregistration.k8s.io": "comes later",
  "flowcontrol.apiserver.k8s.io": "comes later",
  "resource.k8s.io": "not served for now",
};

function resourcesOf(list: unknown): ReadonlyMap<string, Entry> {
  const { resources = [] } = (list ?? {}) as { readonly resources?: readonly Entry[] };
  // Upstream's hash is of the stored type's Go name: nothing that a client reads anything from.
  return new Map(resources.map((entry) => [entry.name, { ...entry, storageVersionHash: "" }]));
}

describe.skipIf(!there)(there ? "discovery against the recorded one" : "discovery against the recorded one (it is not here)", () => {
  const api = new ApiWorld();
  const files = there ? readdirSync(folder).filter((name) => /^apis?__.*__.*\.json$|^api__v1\.json$/.test(name)) : [];

  test.each(files.map((name) => [name.replace(".json", "").replaceAll("__", "/"), name]).filter(([at = ""]) => !offByDefault.test(at)))("%s", (at, name) => {
    const recorded = resourcesOf(JSON.parse(readFileSync(path.join(folder, name), "utf8")));
    const ours = resourcesOf(api.call("GET", `/${at}`).body);
    const group = at.startsWith("apis/") ? (at.split("/")[1] ?? "") : "";
    const missing = [...recorded.keys()].filter((resource) => !ours.has(resource) && explained[group] === undefined && explained[`${group}/${resource}`] === undefined);
    expect({ missing, more: [...ours.keys()].filter((resource) => !recorded.has(resource)) }).toEqual({ missing: [], more: [] });
    for (const [resource, entry] of ours) expect(entry, resource).toEqual(recorded.get(resource));
    // An explanation that is needed no more goes.
    if (explained[group] !== undefined) expect(ours.size).toBe(0);
  });
});
