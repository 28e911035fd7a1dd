import type { ClusterRecording } from "../../cluster/commands.ts";
import { guardRecording } from "../../share/recordingGuard.ts";

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
}

/** What a browser keeps: a limit of ours. */
export const mostRuns = 50;

const databaseName = "orrery-runs";
const storeName = "runs";

function openDatabase(): Promise<IDBDatabase> {
  return new Promise((resolve, reject) => {
    const opening = indexedDB.open(databaseName, 1);
    opening.onupgradeneeded = () => void opening.result.createObjectStore(storeName, { keyPath: "id" });
    opening.onsuccess = () => resolve(opening.result);
    opening.onerror = () => reject(opening.error ?? new Error("the browser keeps nothing here"));
    opening.onblocked = () => reject(new Error("another tab holds the runs"));
  });
}

async function withStore<T>(mode: IDBTransactionMode, use: (store: IDBObjectStore) => IDBRequest<T>): Promise<T> {
  const database = await openDatabase();
  try {
    return await new Promise<T>((resolve, reject) => {
      const transaction = database.transaction(storeName, mode);
      const request = use(transaction.objectStore(storeName));
      // Not before: space may be missing at the end of it.
      transaction.oncomplete = () => resolve(request.result);
      transaction.onabort = () => reject(transaction.error ?? new Error("the browser refused"));
    });
  } finally {
    database.close();
  }
}

function isSavedRun(value: unknown): value is SavedRun {
  if (typeof value !== "object" || value === null) return false;
  const run = value as Record<string, unknown>;
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

export async function forgetRun(id: string): Promise<void> {
  await withStore("readwrite", (store) => store.delete(id));
}
