import { apiVersionOf } from "../apimachinery/gvk.ts";
import type { KindDefinition, KindVersion, Subresource } from "../kinds/define.ts";

/** One served collection: a kind in one of its versions. */
export interface Resource {
  readonly kind: KindDefinition;
  readonly group: string;
  readonly version: string;
  readonly plural: string;
  readonly namespaced: boolean;
  /** "deployments.apps", "pods": what its cache and its watchers are kept under. */
  readonly id: string;
  /** "apps/v1" */
  readonly apiVersion: string;
  /** Name of the definition of this version. */
  readonly schema: string;
  /** The way to and from what is stored; null for the stored version. */
  readonly conversion: KindVersion | null;
  /** "/registry/apps/deployments/" */
  readonly keyPrefix: string;
}

/** The served collections, found by path or by etcd key. */
export class Resources {
  readonly kinds: readonly KindDefinition[];
  private readonly byPath = new Map<string, Resource>();
  private readonly byId = new Map<string, Resource>();
  private readonly groupVersions = new Set<string>();

  constructor(kinds: readonly KindDefinition[]) {
    this.kinds = kinds;
    for (const kind of kinds) {
      for (const version of kind.versions) {
        const resource = resourceOf(kind, version);
        this.byPath.set(`${resource.apiVersion}/${kind.plural}`, resource);
        this.groupVersions.add(resource.apiVersion);
        if (version === kind.gvk.version) this.byId.set(resource.id, resource);
      }
    }
  }

  find(group: string, version: string, plural: string): Resource | null {
    return this.byPath.get(`${apiVersionOf({ group, version })}/${plural}`) ?? null;
  }

  /** By "<plural>.<group>", in the stored version or another one. */
  get(id: string, version?: string): Resource | null {
    const stored = this.byId.get(id) ?? null;
    return stored === null || version === undefined || version === stored.version ? stored : this.find(stored.group, version, stored.plural);
  }

  all(): IterableIterator<Resource> {
    return this.byId.values();
  }

  hasGroupVersion(group: string, version: string): boolean {
    return this.groupVersions.has(apiVersionOf({ group, version }));
  }

  hasGroup(group: string): boolean {
    return this.kinds.some((kind) => kind.gvk.group === group);
  }

  /** The resource and "<namespace>/<name>" (or the name alone) of an etcd key; null for a key of nobody's. */
  ofKey(key: string): { readonly resource: Resource; readonly objectKey: string } | null {
    const first = key.indexOf("/", registry.length);
    if (first < 0) return null;
    const core = this.byId.get(key.slice(registry.length, first));
    if (core !== undefined) return { resource: core, objectKey: key.slice(first + 1) };
    const second = key.indexOf("/", first + 1);
    if (second < 0) return null;
    const resource = this.byId.get(`${key.slice(first + 1, second)}.${key.slice(registry.length, first)}`);
    return resource === undefined ? null : { resource, objectKey: key.slice(second + 1) };
  }
}

const registry = "/registry/";

function resourceOf(kind: KindDefinition, version: string): Resource {
  const { group } = kind.gvk;
  const conversion = kind.otherVersions?.[version] ?? null;
  return {
    kind, group, version, plural: kind.plural, namespaced: kind.scope === "Namespaced",
    id: group === "" ? kind.plural : `${kind.plural}.${group}`,
    apiVersion: apiVersionOf({ group, version }),
    schema: conversion?.schema ?? kind.schema,
    conversion,
    keyPrefix: group === "" ? `${registry}${kind.plural}/` : `${registry}${group}/${kind.plural}/`,
  };
}

/** The key under which a resource's cache knows an object. */
export function objectKeyOf(resource: Resource, namespace: string, name: string): string {
  return resource.namespaced ? `${namespace}/${name}` : name;
}

export function hasSubresource(resource: Resource, name: string): boolean {
  return (resource.kind.subresources as readonly string[]).includes(name);
}

export type { Subresource };
