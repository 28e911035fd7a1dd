import { createStore } from "zustand/vanilla";
import type { Change } from "../editor/applyEngine.ts";
import type { LoadedScenario } from "../../scenarios/define.ts";
import { t } from "../language/text.ts";

/** Something to say about a place in a file. Lines and columns count from 1. */
export interface Problem {
  readonly file: string;
  readonly line: number;
  readonly column: number;
  readonly endLine: number;
  readonly endColumn: number;
  /** "info": it does no harm, but does nothing either. */
  readonly severity: "error" | "warning" | "info";
  readonly message: string;
  /** Who says so: the YAML, the schema, or the server's answer to the last apply. */
  readonly by: "yaml" | "schema" | "server" | "links" | "drift";
}

export interface EditorFile {
  readonly name: string;
  readonly text: string;
  /** As the scenario or the link gave it: what Reset goes back to. Null: the person's own file. */
  readonly original: string | null;
  /** The text that the cluster accepted last; null before the first apply. */
  readonly applied: string | null;
  /** Set while the text is an object's that is being edited, no file's: called with whether it is to be saved. It is neither kept nor applied. */
  readonly editing?: (save: boolean) => void;
}

export interface EditorState {
  /** The file in which what the graph points at, or what is selected there, is written. */
  readonly lit: string | null;
  readonly files: readonly EditorFile[];
  readonly active: string;
  readonly problems: readonly Problem[];
  readonly busy: "apply" | "dryRun" | null;
  /** Texts that were applied from files that are gone: their objects may still be in the cluster. */
  readonly left: readonly string[];
  /** What a dry run has shown, while it is looked at. */
  readonly changes: readonly Change[] | null;
  /** A problem that the person wants to be led to; a new object each time. */
  readonly reveal: Problem | null;
  /** What the last visit had applied, by file; it holds if that run is gone on with. */
  readonly appliedBefore: Readonly<Record<string, string>>;
}

const draftKey = (scenario: string) => `orrery.draft.${scenario}`;
const ownKey = (scenario: string) => `orrery.own.${scenario}`;
const goneKey = (scenario: string) => `orrery.gone.${scenario}`;
const appliedKey = (scenario: string) => `orrery.applied.${scenario}`;

/** How many files a workspace has, and how long each may be: limits of ours. */
export const workspaceLimits = { files: 24, characters: 400_000 } as const;

/** Why a file cannot be called or hold that, or null. `known`: it is there already and only its text changes. */
export function fileProblem(files: readonly EditorFile[], name: string, text: string, known = false): string | null {
  if (!/^[A-Za-z0-9_][A-Za-z0-9._-]{0,62}$/.test(name)) return t`a file's name has up to 63 letters, digits, dots, dashes and underscores, and no folders`;
  if (!known && files.some((file) => file.name === name)) return t`a file of that name is there already`;
  if (!known && files.length >= workspaceLimits.files) return t`the workspace holds up to ${workspaceLimits.files} files`;
  return text.length > workspaceLimits.characters ? t`a file holds up to ${workspaceLimits.characters / 1000} thousand characters` : null;
}

/** Text over this size is not kept between visits. */
const draftLimit = 400_000;

function savedTexts(key: string): Record<string, string> {
  try {
    const saved: unknown = JSON.parse(globalThis.localStorage?.getItem(key) ?? "{}");
    return typeof saved === "object" && saved !== null ? Object.fromEntries(Object.entries(saved).filter((entry): entry is [string, string] => typeof entry[1] === "string")) : {};
  } catch {
    return {};
  }
}

function keepTexts(key: string, texts: Readonly<Record<string, string>>): void {
  const text = JSON.stringify(texts);
  try {
    if (text.length <= draftLimit) globalThis.localStorage?.setItem(key, text);
  } catch {
    // A full or forbidden storage costs the draft between visits, nothing else.
  }
}

export function createEditorStore({ scenario, texts }: LoadedScenario) {
  const drafts = savedTexts(draftKey(scenario.id));
  const own = Object.entries(savedTexts(ownKey(scenario.id))).filter(([name]) => !scenario.files.includes(name));
  const gone = savedTexts(goneKey(scenario.id));
  const kept = scenario.files.filter((name) => gone[name] === undefined || own.length === 0);
  const store = createStore<EditorState>(() => ({
    files: [...kept.map((name): EditorFile => ({ name, text: drafts[name] ?? texts[name] ?? "", original: texts[name] ?? "", applied: null })), ...own.map(([name, text]): EditorFile => ({ name, text, original: null, applied: null }))],
    active: kept[0] ?? own[0]?.[0] ?? "",
    problems: [],
    lit: null,
    busy: null,
    left: [],
    changes: null,
    reveal: null,
    appliedBefore: savedTexts(appliedKey(scenario.id)),
  }));
  store.subscribe((state, before) => {
    if (state.files === before.files) return;
    const drafts = Object.fromEntries(state.files.filter((file) => file.original !== null && file.text !== file.original).map((file) => [file.name, file.text]));
    const applied = Object.fromEntries(state.files.flatMap((file) => (file.applied === null ? [] : [[file.name, file.applied]])));
    keepTexts(draftKey(scenario.id), drafts);
    const ownNow = state.files.filter((file) => file.original === null && file.editing === undefined);
    if (ownNow.length > 0 || own.length > 0) keepTexts(ownKey(scenario.id), Object.fromEntries(ownNow.map((file) => [file.name, file.text])));
    keepTexts(goneKey(scenario.id), Object.fromEntries(scenario.files.filter((name) => !state.files.some((file) => file.name === name)).map((name) => [name, ""])));
    if (state.files.some((file, index) => file.applied !== before.files[index]?.applied)) keepTexts(appliedKey(scenario.id), applied);
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

/** The files are as the last visit applied them: its run is gone on with. */
export function restoreApplied(store: EditorStore): void {
  store.setState(({ files, appliedBefore }) => ({ files: files.map((file) => ({ ...file, applied: appliedBefore[file.name] ?? null })) }));
}

/** A new run knows nothing of what was applied to another. */
export function forgetApplied(store: EditorStore): void {
  store.setState(({ files }) => ({ left: [], files: files.map((file) => ({ ...file, applied: null })) }));
}
