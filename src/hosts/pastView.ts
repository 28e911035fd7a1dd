import type { Json } from "../base/json.ts";
import type { ClusterCommand, ClusterRecording } from "../cluster/commands.ts";
import { CommandInterpreter } from "../cluster/interpreter.ts";
import type { JournalEntry } from "../sim/recording.ts";
import type { SimTime } from "../sim/time.ts";
import type { ClusterHistory } from "./clusterHistory.ts";
import { GraphFacts, type GraphChange } from "./graphFacts.ts";
import { ObjectTable } from "./objectTable.ts";
import type { Frame } from "./protocol.ts";

/** The cluster as it stood at a time that somebody looks back at. Made from what was observed: it touches nothing that runs. */
export class PastView {
  readonly at: SimTime;
  readonly table = new ObjectTable();
  /** The newest revision of then. */
  readonly revision: number;
  /** What was set on purpose then: it follows from the commands alone. */
  readonly standing: Pick<Frame, "faults" | "traffic" | "stopped">;

  constructor(at: SimTime, history: ClusterHistory, recording: Pick<ClusterRecording, "spec">, journal: readonly JournalEntry<ClusterCommand>[]) {
    this.at = at;
    let newest = 0;
    for (const { key, object, cause, revision } of history.stateAt(at).values()) {
      if (object !== null) this.table.put(key, object, cause);
      newest = Math.max(newest, revision);
    }
    this.revision = newest;
    const interpreter = new CommandInterpreter(recording.spec);
    for (const entry of journal) if (entry.at <= at) interpreter.apply(entry.command);
    this.standing = standingOf(interpreter);
  }

  /** Facts and edges of then, for one who knows nothing. */
  everything(): GraphChange {
    return new GraphFacts(this.table).everything();
  }

  /** The object as it was then. */
  object(uid: string): Json {
    return objectOf(this.table, uid);
  }
}

/** Faults, traffic and stopped parts as frames tell them. */
export function standingOf(reader: Pick<CommandInterpreter, "faults" | "traffic" | "stopped">): Pick<Frame, "faults" | "traffic" | "stopped"> {
  return {
    faults: reader.faults.map(({ id, type, target }) => ({ id, type, target })),
    traffic: reader.traffic,
    stopped: reader.stopped,
  };
}

/** A whole object with its kind and version, as the API would answer it; null where there is none of that uid. */
export function objectOf(table: ObjectTable, uid: string): Json {
  const known = table.ofUid(uid);
  if (known === undefined) return null;
  const { group, version, kind } = known.kind.gvk;
  return { ...known.object, apiVersion: group === "" ? version : `${group}/${version}`, kind } as unknown as Json;
}
