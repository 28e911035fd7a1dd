import { guardBreakpoints } from "../../cluster/breakpointGuard.ts";
import type { ClusterRecording } from "../../cluster/commands.ts";
import type { Breakpoint } from "../../hosts/protocol.ts";
import { guardRecording } from "../../share/recordingGuard.ts";
import { t } from "../language/text.ts";

/** A run that was kept in this browser, with the files of its workspace. */
export interface SavedRun {
  readonly id: string;
  readonly name: string;
  /** Unix milliseconds. */
  readonly savedAtMs: number;
  /** The moment it stood at. */
  readonly atUs: number;
  readonly recording: ClusterRecording;
  readonly files: readonly { readonly name: string; readonly text: string; readonly applied: string | null }[];
  /** What paused it; absent in those that an older page has kept. */
  readonly breakpoints?: readonly Breakpoint[];
}

/** What a browser keeps: a limit of ours. */
export const mostRuns = 50;

const databaseName = "orrery-runs";
const storeName = "runs";

function openDatabase(): Promise<IDBDatabase> {
  return new Promise((resolve, reject) => {
    // Absent in some private windows and embedded browsers.
    if (!("indexedDB" in globalThis)) return reject(new Error(t`it has no place for them`));
    const opening = indexedDB.open(databaseName, 1);
    opening.onupgradeneeded = () => void opening.result.createObjectStore(storeName, { keyPath: "id" });
    opening.onsuccess = () => resolve(opening.result);
    opening.onerror = () => reject(opening.error ?? new Error(t`the browser keeps nothing here`));
    opening.onblocked = () => reject(new Error(t`another tab holds the runs`));
  });
}

/** Why the browser keeps no more, in words that say what helps. */
function refusal(error: { readonly name: string; readonly message: string } | null): Error {
  if (error?.name === "QuotaExceededError") return new Error(t`the browser has no room left: delete some runs, or save this one as a file`);
  return new Error(error === null || error.message === "" ? t`the browser refused` : error.message);
}

async function withStore<T>(mode: IDBTransactionMode, use: (store: IDBObjectStore) => IDBRequest<T>): Promise<T> {
  const database = await openDatabase();
  try {
    return await new Promise<T>((resolve, reject) => {
      const transaction = database.transaction(storeName, mode);
      const request = use(transaction.objectStore(storeName));
      // Not before: space may be missing at the end of it.
      transaction.oncomplete = () => resolve(request.result);
      transaction.onabort = () => reject(refusal(transaction.error));
    });
  } finally {
    database.close();
  }
}

function isSavedRun(value: unknown): value is SavedRun {
  if (typeof value !== "object" || value === null) return false;
  const run = value as Record<string, unknown>;
  if (run["breakpoints"] !== undefined && "wrong" in guardBreakpoints(run["breakpoints"])) return false;
  return typeof run["id"] === "string" && typeof run["name"] === "string" && typeof run["savedAtMs"] === "number" && typeof run["atUs"] === "number" && Array.isArray(run["files"]) && "recording" in guardRecording(run["recording"]);
}

/** The kept runs, newest first. What an older page has kept and this one cannot read is left out. */
export async function savedRuns(): Promise<readonly SavedRun[]> {
  const all: unknown[] = await withStore("readonly", (store) => store.getAll());
  return all.filter(isSavedRun).sort((a, b) => b.savedAtMs - a.savedAtMs);
}

export async function keepRun(run: SavedRun): Promise<void> {
  await withStore("readwrite", (store) => store.put(run));
}

/** Gives a kept run another name, and changes nothing else of it. False where another tab has deleted it: it does not come back by that. */
export async function renameRun(id: string, name: string): Promise<boolean> {
  let there = false;
  await withStore("readwrite", (store) => {
    const reading = store.get(id) as IDBRequest<SavedRun | undefined>;
    reading.onsuccess = () => {
      there = reading.result !== undefined;
      if (reading.result !== undefined) store.put({ ...reading.result, name });
    };
    return reading;
  });
  return there;
}

export async function forgetRun(id: string): Promise<void> {
  await withStore("readwrite", (store) => store.delete(id));
}
