import type { Json } from "../base/json.ts";
import { apiVersionOf } from "../apimachinery/gvk.ts";
import { KubectlError, listOf, mustSucceed, objectOf, textOf, type KubectlHost } from "./host.ts";

/** A resource as discovery names it. */
export interface Resource {
  readonly group: string;
  readonly version: string;
  readonly kind: string;
  readonly plural: string;
  readonly singular: string;
  readonly shortNames: readonly string[];
  readonly categories: readonly string[];
  readonly namespaced: boolean;
  readonly verbs: readonly string[];
}

function texts(value: Json | undefined): readonly string[] {
  return Array.isArray(value) ? value.filter((one): one is string => typeof one === "string") : [];
}

const accept = "application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList,application/json";

async function read(host: KubectlHost, path: string): Promise<readonly Resource[]> {
  const body = mustSucceed(await host.client.send({ verb: "get", path, accept }));
  return listOf(body["items"]).flatMap((item) =>
    listOf(item["versions"]).flatMap((version) =>
      listOf(version["resources"]).map((resource): Resource => {
        const kind = objectOf(resource["responseKind"]);
        const group = textOf(objectOf(item["metadata"])["name"]);
        return {
          group, version: textOf(version["version"]), kind: textOf(kind["kind"]), plural: textOf(resource["resource"]), singular: textOf(resource["singularResource"]),
          shortNames: texts(resource["shortNames"]), categories: texts(resource["categories"]), namespaced: textOf(resource["scope"]) === "Namespaced", verbs: texts(resource["verbs"]),
        };
      }),
    ),
  );
}

/** All served resources, in the server's order of preference. Read once, as kubectl's own cache; `afresh` asks again. */
export async function resources(host: KubectlHost, afresh = false): Promise<readonly Resource[]> {
  const kept = host.cache.get("resources") as readonly Resource[] | undefined;
  if (kept !== undefined && !afresh) return kept;
  const found = [...(await read(host, "/api")), ...(await read(host, "/apis"))];
  host.cache.set("resources", found);
  return found;
}

function isNamed(resource: Resource, name: string): boolean {
  return resource.plural === name || resource.singular === name || resource.shortNames.includes(name) || resource.kind.toLowerCase() === name;
}

function named(all: readonly Resource[], word: string): Resource | null {
  const name = word.toLowerCase();
  const [first = "", ...rest] = name.split(".");
  // "deployments.v1.apps" before "deployments.apps".
  if (rest.length > 1) {
    const [version, ...group] = rest;
    const exact = all.find((one) => isNamed(one, first) && one.version === version && one.group === group.join("."));
    if (exact !== undefined) return exact;
  }
  if (rest.length === 0) return all.find((one) => one.plural === name || one.singular === name) ?? all.find((one) => isNamed(one, name)) ?? null;
  const group = rest.join(".");
  return all.find((one) => isNamed(one, first) && one.group === group) ?? all.find((one) => isNamed(one, first) && one.group.startsWith(group) && group !== "v1") ?? all.find((one) => isNamed(one, first) && one.group === "" && one.version === group) ?? null;
}

/** The resource of a word: plural, singular, short name or kind, with or without version and group. */
export async function resourceNamed(host: KubectlHost, word: string): Promise<Resource> {
  const found = named(await resources(host), word) ?? named(await resources(host, true), word);
  if (found === null) throw new KubectlError(`error: the server doesn't have a resource type "${word}"`);
  return found;
}

/** The resources that a list of words means: "pods,svc", "all". */
export async function resourcesNamed(host: KubectlHost, words: string): Promise<readonly Resource[]> {
  const found: Resource[] = [];
  for (const word of words.split(",")) {
    const all = await resources(host);
    const members = all.filter((one) => one.categories.includes(word) && one.verbs.includes("list"));
    const preferred = members.filter((one, at) => members.findIndex((other) => other.plural === one.plural && other.group === one.group) === at);
    if (preferred.length > 0) found.push(...preferred);
    else if (word !== "") found.push(await resourceNamed(host, word));
    else throw new KubectlError("error: arguments in resource/name form must have a single resource and name");
  }
  return found;
}

export async function resourceOfKind(host: KubectlHost, apiVersion: string, kind: string): Promise<Resource | null> {
  const find = (all: readonly Resource[]) => all.find((one) => one.kind === kind && apiVersionOf(one) === apiVersion) ?? null;
  return find(await resources(host)) ?? find(await resources(host, true));
}

/** "deployment.apps": how messages name it. */
export function qualifiedSingular(resource: Resource): string {
  return resource.group === "" ? resource.singular : `${resource.singular}.${resource.group}`;
}

/** "deployments.apps" */
export function qualifiedPlural(resource: Resource): string {
  return resource.group === "" ? resource.plural : `${resource.plural}.${resource.group}`;
}

/** Path of a collection; "" as the namespace means all of them. */
export function pathOf(resource: Resource, namespace: string, name = ""): string {
  const root = resource.group === "" ? `/api/${resource.version}` : `/apis/${resource.group}/${resource.version}`;
  const collection = resource.namespaced && namespace !== "" ? `${root}/namespaces/${namespace}/${resource.plural}` : `${root}/${resource.plural}`;
  return name === "" ? collection : `${collection}/${encodeURIComponent(name)}`;
}
