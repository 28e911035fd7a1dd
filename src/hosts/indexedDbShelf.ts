import type { ClusterRecording } from "../cluster/commands.ts";
import { simTime, type SimTime } from "../sim/time.ts";
import type { Shelf, ShelvedKeyframe } from "./shelf.ts";

const databaseName = "orrery";
const keyframeStore = "keyframes";
const recordingStore = "recordings";
const lastRecordingKey = "last";
const keyframesPerRun = 4;

/** Runs kept in the browser's database. Where that is not to be had (private windows, no space), nothing is kept, in silence. */
export function openIndexedDbShelf(): Shelf {
  const database = openDatabase();
  return {
    keyframeTimes: (run) => database.then((db) => (db === null ? [] : readTimes(db, run))).catch(() => []),
    keyframe: (run, at) => database.then((db) => (db === null ? null : read<ShelvedKeyframe>(db, keyframeStore, keyOf(run, at)))).catch(() => null),
    addKeyframe: (run, keyframe) => void database.then((db) => (db === null ? undefined : writeKeyframe(db, run, keyframe))).catch(() => undefined),
    lastRecording: () => database.then((db) => (db === null ? null : read<ClusterRecording>(db, recordingStore, lastRecordingKey))).catch(() => null),
    keepRecording: (recording) =>
      void database.then((db) => (db === null ? undefined : finished(db.transaction(recordingStore, "readwrite").objectStore(recordingStore).put(recording, lastRecordingKey)))).catch(() => undefined),
  };
}

function openDatabase(): Promise<IDBDatabase | null> {
  return new Promise((resolve) => {
    try {
      const opening = indexedDB.open(databaseName, 1);
      opening.onupgradeneeded = () => {
        opening.result.createObjectStore(keyframeStore);
        opening.result.createObjectStore(recordingStore);
      };
      opening.onsuccess = () => resolve(opening.result);
      opening.onerror = () => resolve(null);
      opening.onblocked = () => resolve(null);
    } catch {
      resolve(null);
    }
  });
}

function finished<T>(request: IDBRequest<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error ?? new Error("the database refused"));
  });
}

async function read<T>(db: IDBDatabase, store: string, key: string): Promise<T | null> {
  return ((await finished(db.transaction(store).objectStore(store).get(key))) as T | undefined) ?? null;
}

/** Keys are "<run>/<time, padded>", so that they sort by time. */
function keyOf(run: string, at: number): string {
  return `${run}/${String(at).padStart(16, "0")}`;
}

function ofRun(run: string): IDBKeyRange {
  return IDBKeyRange.bound(`${run}/`, `${run}0`, false, true);
}

async function readTimes(db: IDBDatabase, run: string): Promise<readonly SimTime[]> {
  const keys = await finished(db.transaction(keyframeStore).objectStore(keyframeStore).getAllKeys(ofRun(run)));
  return keys.map((key) => simTime(Number(String(key).slice(run.length + 1))));
}

/** Other runs' keyframes go: a page has one run, and they are large. */
async function writeKeyframe(db: IDBDatabase, run: string, keyframe: ShelvedKeyframe): Promise<void> {
  const store = db.transaction(keyframeStore, "readwrite").objectStore(keyframeStore);
  await finished(store.put(keyframe, keyOf(run, keyframe.at)));
  const keys = (await finished(store.getAllKeys())).map(String);
  const own = keys.filter((key) => key.startsWith(`${run}/`));
  const surplus = [...keys.filter((key) => !key.startsWith(`${run}/`)), ...own.slice(0, -keyframesPerRun)];
  for (const key of surplus) store.delete(key);
}
