import { createStore } from "zustand/vanilla";
import type { LoadedScenario } from "../../scenarios/define.ts";

/** Something to say about a place in a file. Lines and columns count from 1. */
export interface Problem {
  readonly file: string;
  readonly line: number;
  readonly column: number;
  readonly endLine: number;
  readonly endColumn: number;
  readonly severity: "error" | "warning";
  readonly message: string;
  /** Who says so: the YAML, the schema, or the server's answer to the last apply. */
  readonly by: "yaml" | "schema" | "server";
}

export interface EditorFile {
  readonly name: string;
  readonly text: string;
  /** As the scenario or the link gave it: what Reset goes back to. */
  readonly original: string;
  /** The text that the cluster accepted last; null before the first apply. */
  readonly applied: string | null;
}

export interface EditorState {
  readonly files: readonly EditorFile[];
  readonly active: string;
  readonly problems: readonly Problem[];
  readonly busy: "apply" | "dryRun" | null;
  /** A problem that the person wants to be led to; a new object each time. */
  readonly reveal: Problem | null;
}

const draftKey = (scenario: string) => `orrery.draft.${scenario}`;

/** Text over this size is not kept between visits. */
const draftLimit = 400_000;

function savedDrafts(scenario: string): Record<string, string> {
  try {
    const saved: unknown = JSON.parse(globalThis.localStorage?.getItem(draftKey(scenario)) ?? "{}");
    return typeof saved === "object" && saved !== null ? Object.fromEntries(Object.entries(saved).filter((entry): entry is [string, string] => typeof entry[1] === "string")) : {};
  } catch {
    return {};
  }
}

export function createEditorStore({ scenario, texts }: LoadedScenario) {
  const drafts = savedDrafts(scenario.id);
  const store = createStore<EditorState>(() => ({
    files: scenario.files.map((name) => ({ name, text: drafts[name] ?? texts[name] ?? "", original: texts[name] ?? "", applied: null })),
    active: scenario.files[0] ?? "",
    problems: [],
    busy: null,
    reveal: null,
  }));
  store.subscribe((state, before) => {
    if (state.files === before.files) return;
    const changed = Object.fromEntries(state.files.filter((file) => file.text !== file.original).map((file) => [file.name, file.text]));
    const text = JSON.stringify(changed);
    try {
      if (text.length <= draftLimit) globalThis.localStorage?.setItem(draftKey(scenario.id), text);
    } catch {
      // A full or forbidden storage costs the draft between visits, nothing else.
    }
  });
  return store;
}
export type EditorStore = ReturnType<typeof createEditorStore>;

/** Replaces one file's fields. */
export function patchFile(store: EditorStore, name: string, patch: Partial<EditorFile>): void {
  store.setState((state) => ({ files: state.files.map((file) => (file.name === name ? { ...file, ...patch } : file)) }));
}

/** Sets what one source of problems says about one file, leaving the others' words. */
export function setProblems(store: EditorStore, file: string, by: readonly Problem["by"][], problems: readonly Problem[]): void {
  store.setState((state) => ({ problems: [...state.problems.filter((one) => one.file !== file || !by.includes(one.by)), ...problems] }));
}
