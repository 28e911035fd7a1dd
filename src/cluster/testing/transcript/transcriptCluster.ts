import type { ApiResponse, Verb } from "../../../apimachinery/apiRequest.ts";
import type { Json, JsonObject } from "../../../base/json.ts";
import { isJsonObject } from "../../../base/json.ts";
import { kinds } from "../../../kinds/index.ts";
import type { TraceEntry } from "../../../sim/recording.ts";
import type { FlowRecord } from "../../../network/packet.ts";
import { FaultCluster } from "../faultCluster.ts";
import { NameAliases } from "./nameAliases.ts";

type Kind = (typeof kinds)[number];

interface SeenChange {
  readonly type: "ADDED" | "MODIFIED" | "DELETED";
  readonly key: string;
  readonly value: JsonObject;
  readonly revision: number;
  readonly cause: string;
}

const admin = { type: "user", name: "kubernetes-admin", groups: ["system:masters", "system:authenticated"] };
const longestSettleSeconds = 900;
const quietSeconds = 12;
/** Kept up by nodes whatever happens. */
const heartbeats = ["leases.coordination.k8s.io/", "nodes/"];

/** A cluster with what the verbs of a transcript need: kinds by name, a look at all changes, aliases of drawn names. */
export class TranscriptCluster extends FaultCluster {
  readonly aliases = new NameAliases();
  /** Why the newest revision of an object came to be, by its key. */
  readonly causes = new Map<string, string>();
  #told = { read: 0, at: 0 };
  #revision = 0;
  #lastChangeAt = 0;
  #flowsFrom = 0;

  override seconds(count: number): void {
    for (let left = count; left > 0; left -= 1) {
      super.seconds(Math.min(1, left));
      this.look();
    }
  }

  /** Seconds until nothing but heartbeats was written for a while. */
  settle(): number {
    const from = this.world.now;
    this.#lastChangeAt = Math.max(this.#lastChangeAt, from);
    while (this.world.now - this.#lastChangeAt < quietSeconds * 1e6) {
      if (this.world.now - from > longestSettleSeconds * 1e6) throw new Error(`not settled within ${longestSettleSeconds} s: ${this.table()}`);
      this.seconds(1);
    }
    return Math.round((this.#lastChangeAt - from) / 1e6);
  }

  /** The trace since this was asked last, and when that was. */
  newTrace(): { readonly entries: readonly TraceEntry[]; readonly since: number } {
    const entries = this.world.trace.slice(this.#told.read);
    const since = this.#told.at;
    this.#told = { read: this.world.trace.length, at: this.world.now };
    return { entries, since };
  }

  look(): void {
    const answer = this.world.observe("cp-1/apiserver", { type: "changes", sinceRevision: this.#revision }) as unknown as { readonly revision: number; readonly events: readonly SeenChange[] } | null;
    if (answer === null) return;
    this.#revision = answer.revision;
    for (const { type, key, value, cause } of answer.events) {
      this.causes.set(key, cause);
      if (!heartbeats.some((prefix) => key.startsWith(prefix))) this.#lastChangeAt = this.world.now;
      const metadata = value["metadata"] as JsonObject;
      if (type === "ADDED" && typeof metadata["generateName"] === "string" && isDrawn(String(metadata["name"]), metadata["generateName"])) this.aliases.add(key.slice(0, key.indexOf("/")), String(metadata["name"]), metadata["generateName"]);
    }
  }

  kind(name: string): Kind {
    const lower = name.toLowerCase().split(".")[0] ?? "";
    const found = kinds.find((kind) => [kind.plural, kind.singular, kind.gvk.kind.toLowerCase(), ...kind.shortNames].includes(lower) && kind.gvk.group !== "events.k8s.io");
    if (found === undefined) throw new Error(`no resource "${name}"`);
    return found;
  }

  path(kind: Kind, namespace: string, name?: string): string {
    const { group, version } = kind.gvk;
    const base = group === "" ? `/api/${version}` : `/apis/${group}/${version}`;
    return `${base}${kind.scope === "Namespaced" ? `/namespaces/${namespace}` : ""}/${kind.plural}${name === undefined ? "" : `/${this.aliases.find(name)}`}`;
  }

  ask(verb: Verb, path: string, accept = ""): ApiResponse {
    return this.world.observe("cp-1/apiserver", { type: "request", request: { id: "look", verb, path, query: {}, contentType: "", accept, identity: admin, body: null } } as unknown as Json) as unknown as ApiResponse;
  }

  fetch(path: string): JsonObject {
    const { code, body } = this.ask("get", path);
    if (code !== 200 || !isJsonObject(body)) throw new Error(`${path}: ${code}`);
    return body;
  }

  /** Refused writes print their message, as kubectl does. */
  change(verb: Verb, path: string, body: Json, contentType: string, said: string): readonly string[] {
    const response = this.write(verb, path, body, contentType);
    if (response.code < 300) return [said];
    return [errorText(response.code, response.body)];
  }

  /** Requests that ended since the last look: how many had which end. */
  flows(): ReadonlyMap<string, number> {
    const ends = new Map<string, number>();
    for (const { body } of this.world.trace.slice(this.#flowsFrom)) {
      if (!isJsonObject(body) || body["type"] !== "flow") continue;
      const flow = body["flow"] as unknown as FlowRecord;
      const end = flow.status === 0 ? `failed: ${flow.failure ?? "no answer"}` : String(flow.status);
      ends.set(end, (ends.get(end) ?? 0) + 1);
    }
    this.#flowsFrom = this.world.trace.length;
    return ends;
  }
}

/** As kubectl says that the server refused. */
export function errorText(code: number, body: Json): string {
  return isJsonObject(body) ? `Error from server (${String(body["reason"])}): ${String(body["message"])}` : `Error from server: ${code}`;
}

/** A StatefulSet names its pods itself. */
function isDrawn(name: string, generateName: string): boolean {
  return name.startsWith(generateName) && name.length === generateName.length + 5;
}
