import type { ApiRequest, ApiResponse } from "../apimachinery/apiRequest.ts";
import type { KubeObject } from "../apimachinery/objectMeta.ts";
import { deepEqual } from "../base/deepEqual.ts";
import { isJsonObject, type Json } from "../base/json.ts";
import { kinds } from "../kinds/index.ts";
import type { CauseId } from "../sim/process.ts";
import { simTime, type SimTime } from "../sim/time.ts";
import { CausalLog } from "./causalLog.ts";
import { ClusterHistory, type ObservedRevision } from "./clusterHistory.ts";
import { GraphFacts } from "./graphFacts.ts";
import { ObjectTable, type KnownObject } from "./objectTable.ts";
import type { ObjectHistory, WhyLink } from "./protocol.ts";

interface ChangeAnswer {
  readonly revision: number;
  readonly compacted: boolean;
  readonly events: readonly { readonly type: "ADDED" | "MODIFIED" | "DELETED"; readonly key: string; readonly value: Json; readonly revision: number; readonly cause: CauseId }[];
}

/** Who looks: nobody's identity inside the cluster, so that no rule of it hides anything from the picture. */
const observer = { type: "user", name: "orrery-observer", groups: ["system:masters"] } as const;

export const bootLink: WhyLink = { id: "boot", at: simTime(0), component: "boot", text: "The cluster was started.", object: null, tone: "person" };

/** Looks at the API server between windows: what exists, what was when, and why. */
export class ClusterObserver {
  readonly table = new ObjectTable();
  readonly history = new ClusterHistory();
  readonly causes = new CausalLog();
  readonly facts = new GraphFacts(this.table);
  /** Told of every write as it is seen. */
  listener: { changed(before: KnownObject | undefined, after: KnownObject | null, at: SimTime): void } | null = null;
  /** The newest revision seen. */
  revision = 0;
  private readonly look: (question: Json) => Json | null;

  /** `look`: asks the API server; null while it is down. */
  constructor(look: (question: Json) => Json | null) {
    this.look = look;
  }

  poll(now: SimTime): void {
    const answer = this.look({ type: "changes", sinceRevision: this.revision }) as ChangeAnswer | null;
    if (answer === null) return;
    if (answer.compacted) {
      this.readAll(now);
      return;
    }
    for (const event of answer.events) {
      const object = event.value as unknown as KubeObject;
      this.take(event.key, event.type === "DELETED" ? null : object, event.revision, event.cause, now);
    }
    if (answer.revision > this.revision) this.revision = answer.revision;
    this.causes.trim(() => this.roots());
  }

  /**
   * From the journal entry or the boot down to the write that an object as shown is asked about: the last up to a time that changed
   * what its sentence says, or what is wanted of it. What came after told of other things, as of the images on a node.
   */
  why(shown: KnownObject | undefined, until: SimTime): readonly WhyLink[] {
    if (shown === undefined) return [];
    const { kind, key, object, cause } = shown;
    const wanted = (one: KubeObject): unknown => (kind.graph.tier === "node" ? null : (one as { readonly spec?: unknown }).spec);
    const said = (one: KubeObject): string => `${kind.graph.health(one)} ${kind.graph.sentence(one)}`;
    let asked = cause;
    if ("status" in object) {
      for (const revision of this.revisionsOf(key, object.metadata.uid, until).reverse()) {
        const then = revision.object as KubeObject;
        if (said(then) !== said(object) || !deepEqual(wanted(then), wanted(object))) break;
        asked = revision.cause;
      }
    }
    const chain = this.whyOf(asked);
    return chain.length > 0 ? chain : this.whyOf(cause);
  }

  /** The same down to what this cause brought about. */
  whyOf(cause: CauseId | null): readonly WhyLink[] {
    return cause === null ? [] : this.causes.chain(cause, bootLink);
  }

  /** The newest `limit` revisions of an object, up to a time. A namesake before it is another object. */
  historyOf(uid: string, limit: number, until: SimTime): ObjectHistory | null {
    const key = this.table.ofUid(uid)?.key;
    if (key === undefined) return null;
    const all = this.revisionsOf(key, uid, until);
    const shown = all.slice(-Math.max(1, Math.min(100, limit)));
    const revisions = shown.map(({ at, revision, object, cause }) => {
      const chain = this.whyOf(cause);
      // Who had it written says more than that it was.
      const last = chain.findLast(({ component }) => component !== "api server") ?? chain.at(-1);
      return { at, revision, object: object as unknown as Json, why: last === undefined ? null : { component: last.component, text: last.text, tone: last.tone } };
    });
    return { since: this.history.since, older: all.length - shown.length, revisions };
  }

  private revisionsOf(key: string, uid: string, until: SimTime): ObservedRevision[] {
    const base = this.history.before(key);
    return [...(base === null ? [] : [base]), ...this.history.of(key)].filter(({ at, object }) => at <= until && object?.metadata.uid === uid);
  }

  /** Goes back to a time that is still known; what came after it never was. */
  goBackTo(at: SimTime): void {
    const state = this.history.stateAt(at);
    this.history.forgetAfter(at);
    this.table.clear();
    this.revision = 0;
    for (const known of state.values()) {
      this.revision = Math.max(this.revision, known.revision);
      if (known.object !== null) this.table.put(known.key, known.object, known.cause);
    }
  }

  /** What it knows, for a reload: the objects and what explains them. Their past stays behind. */
  snapshot(): Json {
    const objects = [...this.table.all()].map(({ key, object, cause }) => [key, object, cause]);
    return { revision: this.revision, objects, links: this.causes.linksOf(this.roots()) } as unknown as Json;
  }

  restore(data: Json, now: SimTime): void {
    const saved = data as unknown as { readonly revision: number; readonly objects: readonly (readonly [string, KubeObject, CauseId])[]; readonly links: Json };
    this.table.clear();
    this.causes.addLinks(saved.links);
    this.history.beginAt(now, saved.objects.map(([key, object, cause]) => ({ at: now, revision: Number(object.metadata.resourceVersion), key, object, cause })));
    for (const [key, object, cause] of saved.objects) {
      const known = this.table.put(key, object, cause);
      if (known !== null) this.facts.noteWritten(known, undefined);
    }
    this.revision = saved.revision;
  }

  private take(key: string, object: KubeObject | null, revision: number, cause: CauseId, now: SimTime): void {
    const before = this.table.get(key);
    const at = this.causes.timeOf(cause) ?? now;
    this.history.add({ at, revision, key, object, cause }, before?.object ?? null);
    if (object === null) {
      if (before === undefined) return;
      this.table.remove(key);
      this.facts.noteRemoved(before);
      this.listener?.changed(before, null, at);
      return;
    }
    const known = this.table.put(key, object, cause);
    if (known === null) return;
    this.facts.noteWritten(known, before);
    this.listener?.changed(before, known, at);
  }

  /** The changes since then are compacted: compares all lists with what is known. */
  private readAll(now: SimTime): void {
    const found = new Set<string>();
    for (const kind of kinds) {
      // The same objects under a second name.
      if (kind.gvk.group === "events.k8s.io") continue;
      const { group, version } = kind.gvk;
      const path = group === "" ? `/api/${version}/${kind.plural}` : `/apis/${group}/${version}/${kind.plural}`;
      const response = this.look({ type: "request", request: listRequest(path) as unknown as Json }) as unknown as ApiResponse | null;
      if (response === null || response.code !== 200 || !isJsonObject(response.body)) return;
      const list = response.body as unknown as { readonly metadata: { readonly resourceVersion: string }; readonly items: readonly KubeObject[] };
      for (const item of list.items) {
        const object = { ...item, apiVersion: group === "" ? version : `${group}/${version}`, kind: kind.gvk.kind };
        const key = `${group === "" ? kind.plural : `${kind.plural}.${group}`}/${item.metadata.namespace ?? ""}/${item.metadata.name}`;
        found.add(key);
        const before = this.table.get(key);
        if (before?.object.metadata.resourceVersion === item.metadata.resourceVersion) continue;
        this.take(key, object, Number(item.metadata.resourceVersion), before?.cause ?? "", now);
      }
      this.revision = Math.max(this.revision, Number(list.metadata.resourceVersion));
    }
    const gone: KnownObject[] = [...this.table.all()].filter((known) => !found.has(known.key));
    for (const known of gone) this.take(known.key, null, this.revision, known.cause, now);
  }

  private *roots(): Iterable<CauseId> {
    for (const known of this.table.all()) yield known.cause;
  }
}

function listRequest(path: string): ApiRequest {
  return { id: "observer", verb: "list", path, query: {}, contentType: "", accept: "", identity: observer, body: null };
}
