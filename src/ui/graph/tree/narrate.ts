import type { GraphFact } from "../../../hosts/protocol.ts";
import { t } from "../../language/text.ts";
import { podWord } from "../../selectors/stateWords.ts";
import { isMachineRoom } from "../../selectors/trafficModel.ts";

/** What is told of an object: kind, name and its state in a word. */
export interface Told {
  readonly kind: string;
  readonly name: string;
  readonly word: string;
}

/** More changes of one kind than this are told as a number. */
const mostNamed = 2;

/** What a listener hears of: the person's own pods and workloads, and machines. */
export function toldOf(facts: Iterable<GraphFact>): Map<string, Told> {
  const told = new Map<string, Told>();
  for (const fact of facts) {
    const { summary, ref, uid } = fact;
    if (isMachineRoom(ref.namespace)) continue;
    const word = summary.tier === "pod" ? podWord(fact) : summary.tier === "node" ? (summary.ready ? (summary.unschedulable ? t`cordoned` : t`ready`) : t`not ready`) : summary.tier === "workload" && fact.plural !== "replicasets" ? (fact.health === "ok" ? t`all ready` : t`${summary.ready} of ${summary.desired} ready`) : null;
    if (word !== null) told.set(uid, { kind: ref.gvk.kind, name: ref.name, word });
  }
  return told;
}

function several(kind: string, count: number): string {
  return `${count} ${kind.toLowerCase()}${count === 1 ? "" : "s"}`;
}

/** What has changed between two times, in a sentence; "" where nothing did. Few changes are named, many are counted. */
export function narrate(before: ReadonlyMap<string, Told>, after: ReadonlyMap<string, Told>): string {
  const changes = new Map<string, Told[]>();
  const note = (told: Told, what: string) => {
    const key = `${told.kind} ${what}`;
    const list = changes.get(key);
    if (list === undefined) changes.set(key, [told]);
    else list.push(told);
  };
  for (const [uid, now] of after) {
    const old = before.get(uid);
    if (old?.word !== now.word) note(now, old === undefined ? `new, ${now.word}` : now.word);
  }
  for (const [uid, old] of before) if (!after.has(uid)) note(old, "gone");
  const sentences = [...changes].map(([key, list]) => {
    const [first] = list;
    if (first === undefined) return "";
    const what = key.slice(first.kind.length + 1);
    return list.length > mostNamed ? `${several(first.kind, list.length)} ${what}` : `${first.kind} ${list.map(({ name }) => name).join(" and ")} ${what}`;
  });
  return sentences.length === 0 ? "" : `${sentences.join(". ")}.`;
}
