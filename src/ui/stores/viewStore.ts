import { createStore } from "zustand/vanilla";
import { savedPanels, setFolded, type Folds } from "./panels.ts";
import { t } from "../language/text.ts";

/** In the order of the keys 1 to 6. */
export const lensIds = ["traffic", "placement", "ownership", "control", "storage", "policy"] as const;
export type Lens = (typeof lensIds)[number];
export const lensLabels: Readonly<Record<Lens, string>> = { traffic: t`Traffic`, placement: t`Placement`, ownership: t`Ownership`, control: t`Control plane`, storage: t`Storage`, policy: t`Policy` };
export type DockTab = "terminal" | "events" | "logs" | "requests" | "metrics" | "faults" | "traffic" | "breakpoints";
/** What the inspector tells of. A part is a process ("cp-1/etcd") or a controller within one. */
export type Selection =
  | { readonly type: "object"; readonly uid: string }
  | { readonly type: "flow"; readonly id: string }
  | { readonly type: "part"; readonly process: string; readonly part: string | null }
  | null;
export type ThemeChoice = "system" | "light" | "dark";
export const themeLabels: Readonly<Record<ThemeChoice, string>> = { system: t`as the system`, light: t`light`, dark: t`dark` };
export type Dialog = "settings" | "share" | "runs" | "newCluster" | "shortcuts" | "honesty" | "glossary" | "branches" | null;

/** In the editor a document, whose objects have these uids; in the graph one item. */
export interface Pointed {
  readonly by: "editor" | "graph";
  readonly uids: readonly string[];
}

export interface ViewState {
  readonly lens: Lens;
  /** The graph as a tree of words. */
  readonly tree: boolean;
  /** Objects kept in sight, by uid. */
  readonly pins: readonly string[];
  readonly dock: DockTab;
  /** In PromQL: what the metrics pane shows. */
  readonly query: string;
  readonly selection: Selection;
  /** What the pointer or the caret is on, and where: the other side lights up. */
  readonly pointed: Pointed | null;
  readonly theme: ThemeChoice;
  /** Drawn for a room that looks at a projector's picture. */
  readonly projector: boolean;
  readonly folds: Folds;
  readonly dialog: Dialog;
  /** Where the run on this page came from, and whether its history is the one that was promised. */
  readonly origin: { readonly text: string; readonly title: string; readonly tone: "ok" | "warning" } | null;
  readonly paletteOpen: boolean;
  /** The time that the person has asked to see and that is not shown yet. */
  readonly lookWanted: number | "live" | null;
  /** The speed to go back to after a pause. */
  readonly runSpeed: number;
  /** Rises when the person asks for the field that finds things in the graph. */
  readonly findAsked: number;
  /** Rises when the person wants the whole picture in view. */
  readonly fitAsked: number;
}

const themeKey = "orrery.theme";
const mostPins = 6;

function savedTheme(): ThemeChoice {
  const saved = globalThis.localStorage?.getItem(themeKey);
  return saved === "light" || saved === "dark" ? saved : "system";
}

export function createViewStore() {
  return createStore<ViewState>(() => ({
    lens: "traffic",
    tree: false,
    pins: [],
    dock: "events",
    query: "",
    selection: null,
    pointed: null,
    theme: savedTheme(),
    ...savedPanels(),
    dialog: null,
    origin: null,
    paletteOpen: false,
    lookWanted: null,
    runSpeed: 1,
    findAsked: 0,
    fitAsked: 0,
  }));
}
export type ViewStore = ReturnType<typeof createViewStore>;

export function setTheme(store: ViewStore, theme: ThemeChoice): void {
  if (theme === "system") globalThis.localStorage?.removeItem(themeKey);
  else globalThis.localStorage?.setItem(themeKey, theme);
  store.setState({ theme });
}

/** Shows a pane of the dock, wherever the dock is. */
export function showDock(store: ViewStore, dock: DockTab): void {
  setFolded(store, "dock", false);
  store.setState({ dock });
}

export function sameSelection(a: Selection, b: Selection): boolean {
  if (a === null || b === null) return a === b;
  if (a.type === "object") return b.type === "object" && a.uid === b.uid;
  if (a.type === "flow") return b.type === "flow" && a.id === b.id;
  return b.type === "part" && a.process === b.process && a.part === b.part;
}

/** Pins an object, or takes the pin away. The oldest gives way to one too many. */
export function togglePin(store: ViewStore, uid: string): void {
  const { pins } = store.getState();
  store.setState({ pins: pins.includes(uid) ? pins.filter((one) => one !== uid) : [...pins, uid].slice(-mostPins) });
}

/** Nothing changes where it is what was pointed at before. */
export function pointAt(store: ViewStore, by: Pointed["by"], uids: readonly string[]): void {
  const { pointed } = store.getState();
  if (uids.length === 0) {
    // Only who lit it puts it out.
    if (pointed?.by === by) store.setState({ pointed: null });
  } else if (pointed?.by !== by || pointed.uids.length !== uids.length || pointed.uids.some((uid, index) => uid !== uids[index])) store.setState({ pointed: { by, uids } });
}
