import { createStore } from "zustand/vanilla";

export type Lens = "traffic" | "placement" | "ownership";
export type DockTab = "terminal" | "events" | "logs" | "requests" | "faults";
/** What the inspector tells of. */
export type Selection = { readonly type: "object"; readonly uid: string } | { readonly type: "flow"; readonly id: string } | null;
export type ThemeChoice = "system" | "light" | "dark";
export type Dialog = "share" | "runs" | "newCluster" | "shortcuts" | "honesty" | null;

export interface ViewState {
  readonly lens: Lens;
  readonly dock: DockTab;
  readonly selection: Selection;
  readonly theme: ThemeChoice;
  readonly dialog: Dialog;
  /** Where the run on this page came from, and whether its history is the one that was promised. */
  readonly origin: { readonly text: string; readonly title: string; readonly tone: "ok" | "warning" } | null;
  readonly paletteOpen: boolean;
  /** The time that the person has asked to see and that is not shown yet. */
  readonly lookWanted: number | "live" | null;
  /** The speed to go back to after a pause. */
  readonly runSpeed: number;
}

const themeKey = "orrery.theme";

function savedTheme(): ThemeChoice {
  const saved = globalThis.localStorage?.getItem(themeKey);
  return saved === "light" || saved === "dark" ? saved : "system";
}

export function createViewStore() {
  return createStore<ViewState>(() => ({
    lens: "traffic",
    dock: "events",
    selection: null,
    theme: savedTheme(),
    dialog: null,
    origin: null,
    paletteOpen: false,
    lookWanted: null,
    runSpeed: 1,
  }));
}
export type ViewStore = ReturnType<typeof createViewStore>;

export function setTheme(store: ViewStore, theme: ThemeChoice): void {
  if (theme === "system") globalThis.localStorage?.removeItem(themeKey);
  else globalThis.localStorage?.setItem(themeKey, theme);
  store.setState({ theme });
}
