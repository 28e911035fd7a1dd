import { hashJson } from "../base/hash.ts";
import type { Json } from "../base/json.ts";
import type { ClusterRecording } from "../cluster/commands.ts";
import { simTime, type SimTime } from "../sim/time.ts";
import type { Keyframe, KeyframeStore } from "./keyframes.ts";

/** A keyframe that outlives the page, with what the observer knew then. */
export interface ShelvedKeyframe {
  readonly at: SimTime;
  /** Of the journal entries that had taken effect. */
  readonly inputs: string;
  readonly keyframe: Keyframe;
  readonly view: Json;
}

/** Where runs are kept over a reload. Nothing of it is needed: without it a run is replayed from its beginning. */
export interface Shelf {
  /** When keyframes of one run were made, in any order; [] where there are none or they cannot be read. */
  keyframeTimes(run: string): Promise<readonly SimTime[]>;
  /** They are megabytes each, so one at a time; null where it cannot be read. */
  keyframe(run: string, at: SimTime): Promise<ShelvedKeyframe | null>;
  /** Of the run's others, those of the times in `others` stay. True once it can be read again; false where it is not kept. */
  addKeyframe(run: string, keyframe: ShelvedKeyframe, others: readonly SimTime[]): Promise<boolean>;
  /** The run that was open last. */
  lastRecording(): Promise<ClusterRecording | null>;
  keepRecording(recording: ClusterRecording): void;
}

/** The same engine, seed and cluster have the same beginning. */
export function runName(recording: ClusterRecording, engine: string): string {
  return hashJson({ engine, seed: recording.seed, spec: recording.spec as unknown as Json });
}

export function inputsHash(journal: ClusterRecording["journal"], count: number): string {
  return hashJson(journal.slice(0, count) as unknown as Json);
}

/** Puts a keyframe of the store on the shelf, from where the store fetches it when it is needed: it is megabytes, and seldom is. */
export async function shelveKeyframe(shelf: Shelf, run: string, shelved: ShelvedKeyframe, store: KeyframeStore): Promise<void> {
  const { at } = shelved;
  if (await shelf.addKeyframe(run, shelved, store.times)) store.putAway(at, async () => (await shelf.keyframe(run, at))?.keyframe ?? null);
}

/** The last keyframe at or before `at` that lies on this recording's own history: made by the same inputs. */
export async function fittingKeyframe(shelf: Shelf, run: string, recording: ClusterRecording, at: SimTime): Promise<ShelvedKeyframe | null> {
  const times = (await shelf.keyframeTimes(run)).filter((time) => time <= at).toSorted((a, b) => b - a);
  for (const time of times) {
    const shelved = await shelf.keyframe(run, time);
    const before = recording.journal.filter((entry) => entry.at < time).length;
    if (shelved !== null && before === shelved.keyframe.played && inputsHash(recording.journal, before) === shelved.inputs) return shelved;
  }
  return null;
}

/** Up to where a recording tells. */
export function endOf(recording: ClusterRecording): SimTime {
  return simTime(Math.max(recording.checkpoints.at(-1)?.at ?? 0, recording.journal.at(-1)?.at ?? 0));
}
