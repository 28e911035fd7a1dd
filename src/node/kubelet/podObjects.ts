import type { KubeObject } from "../../apimachinery/objectMeta.ts";
import { compareText } from "../../base/compareText.ts";
import type { Json } from "../../base/json.ts";
import type { ClientContext, ClientSet, Informer } from "../../client/clientSet.ts";
import { configMapKind } from "../../kinds/core/configmap/kind.ts";
import { secretKind } from "../../kinds/core/secret/kind.ts";
import type { KindDefinition } from "../../kinds/define.ts";
import { decodeBase64 } from "../../kinds/base64.ts";
import type { ObjectView } from "./environment.ts";
import { referenceKey, type Reference, type ReferencePlural } from "./podReferences.ts";

const kinds: Readonly<Record<ReferencePlural, KindDefinition>> = { configmaps: configMapKind as unknown as KindDefinition, secrets: secretKind as unknown as KindDefinition };

/**
 * The ConfigMaps and Secrets that pods of this node name: each is watched alone, as long as one pod names it.
 * Follows pkg/kubelet/util/manager/watch_based_manager.go.
 */
export class PodObjects {
  readonly #clients: ClientSet;
  readonly #informers = new Map<string, Informer<KubeObject>>();
  /** Reference key -> the pods (uids) that name it. */
  readonly #users = new Map<string, Map<string, true>>();
  readonly #views = new WeakMap<KubeObject, ObjectView>();

  constructor(clients: ClientSet) {
    this.#clients = clients;
  }

  follow(uid: string, references: readonly Reference[]): void {
    for (const reference of references) {
      const key = referenceKey(reference);
      const users = this.#users.get(key);
      if (users !== undefined) {
        users.set(uid, true);
        continue;
      }
      this.#users.set(key, new Map([[uid, true]]));
      this.#register(key);
    }
  }

  unfollow(ctx: ClientContext, uid: string, references: readonly Reference[]): void {
    for (const reference of references) {
      const key = referenceKey(reference);
      const users = this.#users.get(key);
      if (users === undefined || !users.delete(uid) || users.size > 0) continue;
      this.#users.delete(key);
      this.#informers.delete(key);
      this.#clients.removeInformer(ctx, key);
    }
  }

  /** The pods that name the object an informer follows, in the order they came. */
  usersOf(informer: string): readonly string[] {
    return [...(this.#users.get(informer)?.keys() ?? [])];
  }

  readonly lookup = (plural: ReferencePlural, namespace: string, name: string): ObjectView => {
    const informer = this.#informers.get(referenceKey({ plural, namespace, name }));
    if (informer === undefined || !informer.synced) return "unknown";
    const object = informer.lister.get({ namespace, name });
    if (object === null) return "missing";
    const known = this.#views.get(object);
    if (known !== undefined) return known;
    const view: ObjectView = { entries: entriesOf(object) };
    this.#views.set(object, view);
    return view;
  };

  snapshot(): Json {
    return [...this.#users].map(([key, users]) => [key, [...users.keys()]]);
  }

  /** Before the clients are restored, so that their informers stand again. */
  restore(data: Json): void {
    for (const [key, users] of data as unknown as readonly (readonly [string, readonly string[]])[]) {
      this.#users.set(key, new Map(users.map((uid) => [uid, true])));
      this.#register(key);
    }
  }

  #register(key: string): void {
    const [plural, namespace, name] = key.split("/") as [ReferencePlural, string, string];
    this.#informers.set(key, this.#clients.informer(key, { kind: kinds[plural], namespace, fieldSelector: `metadata.name=${name}` }));
  }
}

function entriesOf(object: KubeObject): Readonly<Record<string, string>> {
  const { data, binaryData } = object as { data?: Readonly<Record<string, string>>; binaryData?: Readonly<Record<string, string>> };
  const entries: Record<string, string> = {};
  const encoded = object.kind === "Secret";
  for (const key of Object.keys(data ?? {}).sort(compareText)) entries[key] = encoded ? decodeBase64(data?.[key] ?? "") : (data?.[key] ?? "");
  for (const key of Object.keys(binaryData ?? {}).sort(compareText)) entries[key] = decodeBase64(binaryData?.[key] ?? "");
  return entries;
}
