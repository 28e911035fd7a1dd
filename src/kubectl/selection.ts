import { resourceNamed, resourcesNamed, type Resource } from "./discovery.ts";
import { KubectlError, type KubectlHost } from "./host.ts";
import type { Flags, FlagSpecs } from "./flags.ts";

/** One object that arguments name. */
export interface Named {
  readonly resource: Resource;
  readonly namespace: string;
  readonly name: string;
}

/** What the arguments of a command mean: single objects, or all of some types. */
export type Selection = { readonly type: "names"; readonly items: readonly Named[] } | { readonly type: "types"; readonly resources: readonly Resource[] };

export const selectorFlags: FlagSpecs = { selector: { short: "l", type: "text" }, "field-selector": { type: "text" }, "all-namespaces": { short: "A", type: "bool" } };

export function namespaceOf(host: KubectlHost, flags: Flags): string {
  return flags.text("namespace") || host.namespace();
}

/** Reads "TYPE", "TYPE,TYPE", "TYPE NAME ...", "TYPE/NAME ...". Follows cli-runtime/pkg/resource/builder.go. Null where there are no arguments. */
export async function selectionOf(host: KubectlHost, args: readonly string[], namespace: string): Promise<Selection | null> {
  const [first] = args;
  if (first === undefined) return null;
  const placed = (resource: Resource, name: string): Named => ({ resource, namespace: resource.namespaced ? namespace : "", name });
  if (args.some((arg) => arg.includes("/"))) {
    if (!args.every((arg) => arg.includes("/"))) {
      throw new KubectlError("error: there is no need to specify a resource type as a separate argument when passing arguments in resource/name form (e.g. 'kubectl get resource/<resource_name>' instead of 'kubectl get resource resource/<resource_name>'");
    }
    const items: Named[] = [];
    for (const arg of args) {
      const [type = "", name = "", more] = arg.split("/");
      if (type === "" || name === "" || more !== undefined) throw new KubectlError(`error: arguments in resource/name form must have a single resource and name`);
      items.push(placed(await resourceNamed(host, type), name));
    }
    return { type: "names", items };
  }
  const resources = await resourcesNamed(host, first);
  if (args.length === 1) return { type: "types", resources };
  return { type: "names", items: args.slice(1).flatMap((name) => resources.map((resource) => placed(resource, name))) };
}

/** The one object that a command is about; throws where the arguments name none or more. */
export async function singleObject(host: KubectlHost, args: readonly string[], namespace: string, what: string): Promise<Named> {
  const selection = await selectionOf(host, args, namespace);
  if (selection === null || selection.type === "types") throw new KubectlError(`error: ${what}`);
  const [item, more] = selection.items;
  if (item === undefined || more !== undefined) throw new KubectlError(`error: ${what}`);
  return item;
}
