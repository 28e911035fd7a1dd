import { compareText } from "../base/compareText.ts";
import type { KubeObject } from "../apimachinery/objectMeta.ts";
import type { KindDefinition, ObjectIndex } from "../kinds/define.ts";
import { kindByPlural } from "../kinds/index.ts";
import type { CauseId } from "../sim/process.ts";

export interface KnownObject {
  /** "<plural>.<group>/<namespace>/<name>" */
  readonly key: string;
  readonly kind: KindDefinition;
  readonly object: KubeObject;
  readonly cause: CauseId;
}

/** The objects that exist, found by uid, by name and by labels. */
export class ObjectTable implements ObjectIndex {
  private readonly byKey = new Map<string, KnownObject>();
  private readonly keys = new Map<string, string>();
  /** "<plural>/<namespace>" -> name -> key */
  private readonly shelves = new Map<string, Map<string, string>>();

  get(key: string): KnownObject | undefined {
    return this.byKey.get(key);
  }

  ofUid(uid: string): KnownObject | undefined {
    return this.byKey.get(this.keys.get(uid) ?? "");
  }

  all(): Iterable<KnownObject> {
    return this.byKey.values();
  }

  *inNamespace(plural: string, namespace: string): Iterable<KnownObject> {
    for (const key of this.shelves.get(`${plural}/${namespace}`)?.values() ?? []) yield this.byKey.get(key) as KnownObject;
  }

  /** Null where the kind is not known. */
  put(key: string, object: KubeObject, cause: CauseId): KnownObject | null {
    const before = this.byKey.get(key);
    const { uid } = object.metadata;
    if (before !== undefined && before.object.metadata.uid !== uid) this.keys.delete(before.object.metadata.uid);
    const kind = before === undefined ? this.shelve(key) : before.kind;
    if (kind === null) return null;
    const known = { key, kind, object, cause };
    this.byKey.set(key, known);
    if (before?.object.metadata.uid !== uid) this.keys.set(uid, key);
    return known;
  }

  /** Where it will be found by its name; its kind, null where that is not known. */
  private shelve(key: string): KindDefinition | null {
    const { group, plural, namespace, name } = parseKey(key);
    const kind = kindByPlural(group, plural);
    if (kind === null) return null;
    const shelf = `${plural}/${namespace}`;
    let keys = this.shelves.get(shelf);
    if (keys === undefined) this.shelves.set(shelf, (keys = new Map()));
    keys.set(name, key);
    return kind;
  }

  remove(key: string): void {
    const known = this.byKey.get(key);
    if (known === undefined) return;
    const { plural, namespace, name } = parseKey(key);
    this.byKey.delete(key);
    this.keys.delete(known.object.metadata.uid);
    this.shelves.get(`${plural}/${namespace}`)?.delete(name);
  }

  clear(): void {
    this.byKey.clear();
    this.keys.clear();
    this.shelves.clear();
  }

  byUid(uid: string): KubeObject | null {
    return this.ofUid(uid)?.object ?? null;
  }

  byName(plural: string, namespace: string, name: string): KubeObject | null {
    return this.byKey.get(this.shelves.get(`${plural}/${namespace}`)?.get(name) ?? "")?.object ?? null;
  }

  bySelector(plural: string, namespace: string, selector: Readonly<Record<string, string>>): readonly KubeObject[] {
    const wanted = Object.entries(selector);
    const found: KubeObject[] = [];
    for (const { object } of this.inNamespace(plural, namespace)) {
      const labels = object.metadata.labels ?? {};
      if (wanted.every(([name, value]) => labels[name] === value)) found.push(object);
    }
    return found.sort((a, b) => compareText(a.metadata.name, b.metadata.name));
  }
}

/** "deployments.apps/default/web" */
export function parseKey(key: string): { readonly group: string; readonly plural: string; readonly namespace: string; readonly name: string } {
  const [resource = "", namespace = "", name = ""] = key.split("/");
  const dot = resource.indexOf(".");
  return { group: dot < 0 ? "" : resource.slice(dot + 1), plural: dot < 0 ? resource : resource.slice(0, dot), namespace, name };
}
