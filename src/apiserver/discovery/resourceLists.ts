import { sha256 } from "@noble/hashes/sha2.js";
import { compareText } from "../../base/compareText.ts";
import type { GroupVersionKind } from "../../apimachinery/gvk.ts";
import type { Json, JsonObject } from "../../base/json.ts";
import { encodeBase64Bytes } from "../../kinds/base64.ts";
import type { KindDefinition, Subresource } from "../../kinds/define.ts";
import { latin1 } from "../../base/base64Url.ts";
import type { Resources } from "../resources.ts";

interface SubresourceEntry {
  readonly verbs: readonly string[];
  /** Of the body, where it is not the kind itself. "" takes the kind's plural name apart: PodProxyOptions. */
  readonly kind?: string;
  readonly group?: string;
  readonly version?: string;
}

const readAndWrite = ["get", "patch", "update"];
const anyMethod = ["create", "delete", "get", "patch", "update"];

/** Follows pkg/registry's storages: which methods each has and what it takes. `*` stands for the kind's name. */
const subresources: Readonly<Record<Subresource, SubresourceEntry>> = {
  approval: { verbs: readAndWrite },
  attach: { verbs: ["create", "get"], kind: "*AttachOptions" },
  binding: { verbs: ["create"], kind: "Binding" },
  ephemeralcontainers: { verbs: readAndWrite },
  eviction: { verbs: ["create"], kind: "Eviction", group: "policy", version: "v1" },
  exec: { verbs: ["create", "get"], kind: "*ExecOptions" },
  finalize: { verbs: ["update"] },
  log: { verbs: ["get"] },
  portforward: { verbs: ["create", "get"], kind: "*PortForwardOptions" },
  proxy: { verbs: anyMethod, kind: "*ProxyOptions" },
  resize: { verbs: readAndWrite },
  scale: { verbs: readAndWrite, kind: "Scale", group: "autoscaling", version: "v1" },
  status: { verbs: readAndWrite },
  token: { verbs: ["create"], kind: "TokenRequest", group: "authentication.k8s.io", version: "v1" },
};

function subresourceKind(kind: KindDefinition, entry: SubresourceEntry): string {
  return (entry.kind ?? "*").replace("*", kind.gvk.kind);
}

/** Kinds that are stored as another one. */
const storedElsewhere: Readonly<Record<string, GroupVersionKind>> = { "events.k8s.io/Event": { group: "", version: "v1", kind: "Event" } };

/** Which binary form upstream stores: a hash of group, version and kind. Follows discovery/storageversionhash.go. */
function storageVersionHash(kind: KindDefinition): string {
  const { group, version, kind: name } = storedElsewhere[`${kind.gvk.group}/${kind.gvk.kind}`] ?? kind.gvk;
  return encodeBase64Bytes(sha256(latin1(`${group}/${version}/${name}`)).subarray(0, 8));
}

/** Resources of one group version, in the order of their names. */
function kindsOf(resources: Resources, group: string, version: string): readonly KindDefinition[] {
  return resources.kinds.filter((kind) => kind.gvk.group === group && kind.versions.includes(version)).sort((a, b) => compareText(a.plural, b.plural));
}

/** Bindings are posted as objects of their own, too. */
const bindings: JsonObject = { name: "bindings", singularName: "binding", namespaced: true, kind: "Binding", verbs: ["create"] };

export function apiResourceList(resources: Resources, group: string, version: string): Json {
  const list: JsonObject[] = group === "" ? [bindings] : [];
  for (const kind of kindsOf(resources, group, version)) {
    const namespaced = kind.scope === "Namespaced";
    list.push({
      name: kind.plural, singularName: kind.singular, namespaced, kind: kind.gvk.kind, verbs: kind.verbs,
      ...(kind.shortNames.length === 0 ? {} : { shortNames: kind.shortNames }),
      ...(kind.categories.length === 0 ? {} : { categories: kind.categories }),
      // What can be watched is stored.
      ...(kind.verbs.includes("watch") ? { storageVersionHash: storageVersionHash(kind) } : {}),
    });
    for (const name of [...kind.subresources].sort(compareText)) {
      const entry = subresources[name];
      list.push({
        name: `${kind.plural}/${name}`, singularName: "", namespaced,
        ...(entry.group === undefined ? {} : { group: entry.group, version: entry.version ?? "" }),
        kind: subresourceKind(kind, entry), verbs: entry.verbs,
      });
    }
  }
  const groupVersion = group === "" ? version : `${group}/${version}`;
  // The core group's list was there before lists had versions.
  return { kind: "APIResourceList", ...(group === "" ? {} : { apiVersion: "v1" }), groupVersion, resources: list };
}

/** The groups in the order in which clients are to prefer them. Follows pkg/controlplane/apiserver/aggregator.go. */
const groupOrder = [
  "apiregistration.k8s.io", "apps", "events.k8s.io", "authentication.k8s.io", "authorization.k8s.io", "autoscaling", "batch", "certificates.k8s.io", "networking.k8s.io", "policy",
  "rbac.authorization.k8s.io", "storage.k8s.io", "admissionregistration.k8s.io", "apiextensions.k8s.io", "scheduling.k8s.io", "coordination.k8s.io", "node.k8s.io",
  "discovery.k8s.io", "resource.k8s.io", "flowcontrol.apiserver.k8s.io", "internal.apiserver.k8s.io", "storagemigration.k8s.io",
];

export function groupsOf(resources: Resources): readonly string[] {
  const groups = new Set(resources.kinds.map((kind) => kind.gvk.group).filter((group) => group !== ""));
  const rank = (group: string): number => (groupOrder.includes(group) ? groupOrder.indexOf(group) : groupOrder.length);
  return [...groups].sort((a, b) => rank(a) - rank(b) || compareText(a, b));
}

/** Preferred first. */
export function versionsOf(resources: Resources, group: string): readonly string[] {
  const versions = new Set<string>();
  for (const kind of resources.kinds) if (kind.gvk.group === group) for (const version of kind.versions) versions.add(version);
  return [...versions];
}

export function apiGroup(resources: Resources, group: string): JsonObject {
  const versions = versionsOf(resources, group).map((version) => ({ groupVersion: `${group}/${version}`, version }));
  return { name: group, versions, preferredVersion: versions[0] ?? null };
}

/** All groups in one document. Follows apidiscovery.k8s.io/v2. */
export function aggregatedDiscovery(resources: Resources, groups: readonly string[]): Json {
  const items = groups.map((group) => ({
    metadata: group === "" ? {} : { name: group },
    versions: versionsOf(resources, group).map((version) => ({ version, resources: aggregatedResources(resources, group, version), freshness: "Current" })),
  }));
  return { kind: "APIGroupDiscoveryList", apiVersion: "apidiscovery.k8s.io/v2", metadata: {}, items };
}

function aggregatedResources(resources: Resources, group: string, version: string): readonly Json[] {
  const list: Json[] = [];
  if (group === "") list.push({ resource: "bindings", responseKind: { group: "", version: "", kind: "Binding" }, scope: "Namespaced", singularResource: "binding", verbs: ["create"] });
  for (const kind of kindsOf(resources, group, version)) {
    const subs = [...kind.subresources].sort(compareText).map((name) => {
      const entry = subresources[name];
      return { subresource: name, responseKind: { group: entry.group ?? "", version: entry.version ?? "", kind: subresourceKind(kind, entry) }, verbs: entry.verbs };
    });
    list.push({
      resource: kind.plural, responseKind: { group: "", version: "", kind: kind.gvk.kind }, scope: kind.scope, singularResource: kind.singular, verbs: kind.verbs,
      ...(kind.shortNames.length === 0 ? {} : { shortNames: kind.shortNames }),
      ...(kind.categories.length === 0 ? {} : { categories: kind.categories }),
      ...(subs.length === 0 ? {} : { subresources: subs }),
    });
  }
  return list;
}
