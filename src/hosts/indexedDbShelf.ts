import type { ClusterRecording } from "../cluster/commands.ts";
import { simTime, type SimTime } from "../sim/time.ts";
import type { Shelf, ShelvedKeyframe } from "./shelf.ts";

const databaseName = "orrery";
const keyframeStore = "keyframes";
const recordingStore = "recordings";
const lastRecordingKey = "last";

/** Held by the page that keeps its run; the others wait for it. */
const lockName = "orrery-run";
/** A page that is loaded again gets the lock of the one before it within this. */
const lockWithinMs = 1_500;

const said = {
  elsewhere: "Another tab of this browser keeps its run. What you do here is a copy: keep it with Share or under Runs.",
  refused: "This browser keeps nothing here (a private window, or no space left): after a reload the run begins anew. Keep it with Share.",
};

/**
 * Runs kept in the browser's database, by one page at a time: two would write over each other's. Where there is no database, or no space in it, nothing is
 * kept; `notice` says so, once.
 */
export function openIndexedDbShelf(notice: (message: string) => void): Shelf {
  const database = openDatabase();
  let mine = false;
  let refused = false;
  holdLock(() => (mine = true), () => notice(said.elsewhere));
  const refuse = (): void => {
    if (!refused) notice(said.refused);
    refused = true;
  };
  void database.then((db) => db === null && refuse());
  const write = async (change: (db: IDBDatabase) => Promise<void>): Promise<boolean> => {
    const db = mine ? await database : null;
    if (db === null) return false;
    try {
      await change(db);
      return true;
    } catch {
      refuse();
      return false;
    }
  };
  return {
    keyframeTimes: (run) => database.then((db) => (db === null ? [] : readTimes(db, run))).catch(() => []),
    keyframe: (run, at) => database.then((db) => (db === null ? null : read<ShelvedKeyframe>(db, keyframeStore, keyOf(run, at)))).catch(() => null),
    addKeyframe: (run, keyframe, others) => write((db) => writeKeyframe(db, run, keyframe, others)),
    lastRecording: () => database.then((db) => (db === null ? null : read<ClusterRecording>(db, recordingStore, lastRecordingKey))).catch(() => null),
    keepRecording: (recording) => void write((db) => writeRecording(db, recording)),
  };
}

/** `held`: this page keeps its run from now on. `elsewhere`: another page does. Where there are no locks, nobody can know. */
function holdLock(held: () => void, elsewhere: () => void): void {
  const { locks } = navigator as { readonly locks?: LockManager };
  if (locks === undefined) {
    held();
    return;
  }
  const waiting = setTimeout(elsewhere, lockWithinMs);
  // Until the page goes, and its worker with it. Where it may not ask, nobody else may.
  locks
    .request(lockName, () => {
      clearTimeout(waiting);
      held();
      return new Promise<never>(() => undefined);
    })
    .catch(held);
}

function openDatabase(): Promise<IDBDatabase | null> {
  return new Promise((resolve) => {
    try {
      const opening = indexedDB.open(databaseName, 1);
      opening.onupgradeneeded = () => {
        opening.result.createObjectStore(keyframeStore);
        opening.result.createObjectStore(recordingStore);
      };
      opening.onsuccess = () => {
        // A later page may need another form of it.
        opening.result.onversionchange = () => opening.result.close();
        resolve(opening.result);
      };
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

/** What was written is there when its transaction is over, and not before: space may be missing at its end. */
function committed(transaction: IDBTransaction): Promise<void> {
  return new Promise((resolve, reject) => {
    transaction.oncomplete = () => resolve();
    transaction.onabort = () => reject(transaction.error ?? new Error("the database refused"));
  });
}

function writeRecording(db: IDBDatabase, recording: ClusterRecording): Promise<void> {
  const transaction = db.transaction(recordingStore, "readwrite");
  transaction.objectStore(recordingStore).put(recording, lastRecordingKey);
  return committed(transaction);
}

/** Other runs' keyframes go: a page has one run, and they are large. */
async function writeKeyframe(db: IDBDatabase, run: string, keyframe: ShelvedKeyframe, others: readonly SimTime[]): Promise<void> {
  const transaction = db.transaction(keyframeStore, "readwrite");
  const over = committed(transaction);
  const store = transaction.objectStore(keyframeStore);
  store.put(keyframe, keyOf(run, keyframe.at));
  const stay = new Set([keyframe.at, ...others].map((at) => keyOf(run, at)));
  const all = store.getAllKeys();
  all.onsuccess = () => {
    for (const key of all.result.map(String)) if (!stay.has(key)) store.delete(key);
  };
  await over;
}
