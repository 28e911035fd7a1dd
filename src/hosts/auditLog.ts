import { apiVersionOf } from "../apimachinery/gvk.ts";
import type { ApiRequest, Identity } from "../apimachinery/apiRequest.ts";
import { parseResourcePath } from "../apiserver/paths.ts";
import { isJsonObject, type Json, type JsonObject } from "../base/json.ts";
import { formatRfc3339 } from "../base/rfc3339.ts";
import type { TraceEntry } from "../sim/recording.ts";
import { minute, type SimTime } from "../sim/time.ts";

const mostKept = 5_000;
/** What entries have in common is kept once, when a rollout is over by then. */
const settledAfterUs = 5 * minute;
const mostShared = 2_000;

/** What an audited request left: the trace of one that the API server handled, or a read from outside, which leaves none in the history. */
interface Audited {
  readonly at: SimTime;
  readonly id: string;
  readonly verb: string;
  readonly path: string;
  readonly code: number;
  readonly agent: string;
  readonly groups: readonly string[];
  /** Verdicts of the stages; those of an outside read are not kept. */
  readonly stages: readonly Verdict[];
  readonly source: string;
}

type Verdict = readonly [stage: string, verdict: string];

/**
 * The latest requests as audit.k8s.io/v1 Events of level Metadata, stage ResponseComplete (apiserver/pkg/audit). Differs: auditID is the
 * request's own id, and both times are the answer's: the virtual server does not note when it began. A cache of what traces say, so it is no
 * part of the history and begins anew with a reload.
 */
export class AuditLog {
  private readonly epochUs: number;
  /** The newest `mostKept`; once there are so many, `next` is the oldest, whose place the next one takes. */
  private readonly kept: Audited[] = [];
  private next = 0;
  /** Entries before it hold nothing that they could share. */
  private settled = 0;
  private readonly shared = new Map<string, Verdict>();

  constructor(epochUs: number) {
    this.epochUs = epochUs;
  }

  /** Takes the traces of requests, leaves others alone. */
  note(entry: TraceEntry): void {
    const { body } = entry;
    if (!isJsonObject(body) || body["type"] !== "request") return;
    const { id, verb, path, code, stages, agent, groups } = body as unknown as Audited;
    this.keep({ at: entry.at, id, verb, path, code, agent, groups, stages, source: entry.process });
  }

  /** A read or a watch from outside and how it was answered. */
  noteRead(request: ApiRequest, code: number, at: SimTime): void {
    const name = nameOf(request.identity);
    const stages = [["authentication", name], ...(request.impersonate === undefined ? [] : [["impersonation", `${name} acts as ${request.impersonate.user}`] as const])] as const;
    this.keep({ at, id: request.id, verb: request.verb, path: request.path, code, agent: request.userAgent ?? "", groups: groupsOf(request.identity), stages, source: "outside" });
  }

  /** At most `limit` and at least one, the newest first. */
  events(limit: number): readonly JsonObject[] {
    const count = Math.min(Math.max(1, limit), this.kept.length);
    return Array.from({ length: count }, (_, back) => this.eventOf(this.kept[(this.next - 1 - back + 2 * this.kept.length) % this.kept.length] as Audited));
  }

  private keep(audited: Audited): void {
    this.kept[this.next] = audited;
    this.next = (this.next + 1) % mostKept;
    // Two for each that comes: so it is never far behind.
    for (let left = 2; left > 0; left--) this.settle(audited.at - settledAfterUs);
  }

  private settle(until: number): void {
    const audited = this.kept[this.settled];
    if (audited === undefined || audited.at > until) return;
    this.kept[this.settled] = { ...audited, stages: audited.stages.map((verdict) => this.sharedVerdict(verdict)) };
    this.settled = (this.settled + 1) % mostKept;
  }

  private sharedVerdict(verdict: Verdict): Verdict {
    const [stage, text] = verdict;
    // Revisions are never met again.
    if (/\d$/.test(text)) return verdict;
    const name = `${stage}\n${text}`;
    const known = this.shared.get(name);
    if (known !== undefined) return known;
    if (this.shared.size >= mostShared) this.shared.clear();
    this.shared.set(name, verdict);
    return verdict;
  }

  private eventOf({ at, id, verb, path, code, agent, groups, stages, source }: Audited): JsonObject {
    const verdicts = new Map(stages);
    const place = parseResourcePath(path);
    const [by, as] = (verdicts.get("impersonation") ?? "").split(" acts as ");
    const constraint = verdicts.get("impersonationConstraint");
    const time = formatRfc3339(this.epochUs + at, true);
    const reason = verdicts.get("authorization");
    return {
      kind: "Event", apiVersion: "audit.k8s.io/v1", level: "Metadata", auditID: id, stage: "ResponseComplete", requestURI: path, verb,
      user: { username: verdicts.get("authentication") ?? by ?? "", groups },
      ...(as === undefined ? {} : { impersonatedUser: { username: as } }),
      ...(constraint === undefined ? {} : { authenticationMetadata: { impersonationConstraint: constraint } }),
      sourceIPs: [source], userAgent: agent,
      ...(place === null ? {} : { objectRef: { resource: place.plural, namespace: place.namespace, name: place.name, apiVersion: apiVersionOf(place), subresource: place.subresource } }),
      responseStatus: { metadata: {}, code },
      requestReceivedTimestamp: time, stageTimestamp: time,
      annotations: { "authorization.k8s.io/decision": code === 403 && reason === undefined ? "forbid" : "allow", "authorization.k8s.io/reason": reason ?? "", ...podSecurityOf(place, verb, code, stages) },
    };
  }
}

const podSecurity = "pod-security.kubernetes.io/";

/** What admission found of a pod; a new pod of which it says nothing is held to nothing. */
function podSecurityOf(place: ReturnType<typeof parseResourcePath>, verb: string, code: number, stages: Audited["stages"]): JsonObject {
  const found = stages.filter(([name]) => name.startsWith(podSecurity));
  if (found.length > 0) return Object.fromEntries(found);
  return place?.group === "" && place.plural === "pods" && place.subresource === "" && verb === "create" && code === 201 ? { [`${podSecurity}enforce-policy`]: "privileged:latest" } : {};
}

function nameOf(identity: Identity): string {
  return identity.type === "user" ? identity.name : identity.type === "token" ? identity.issuedFor : "by token";
}

/** As the request gives them; those of a token are worked out inside. */
function groupsOf(identity: Identity): readonly string[] {
  return identity.type === "user" ? identity.groups : [];
}

/** As an answer of the API. */
export function auditList(events: readonly JsonObject[]): Json {
  return { kind: "EventList", apiVersion: "audit.k8s.io/v1", metadata: {}, items: events };
}
