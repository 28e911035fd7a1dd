import type { ViewState, ViewStore } from "./viewStore.ts";
import { t } from "../language/text.ts";

/** What stands around the graph and can be folded away. */
export const panelIds = ["editor", "inspector", "dock"] as const;
export type PanelId = (typeof panelIds)[number];
export const panelLabels: Readonly<Record<PanelId, string>> = { editor: t`Editor`, inspector: t`Inspector`, dock: t`Dock` };

/** What is folded away on the page as it is at a desk, and in projector mode: each is as it was left. */
export interface Folds {
  readonly desk: readonly PanelId[];
  readonly projector: readonly PanelId[];
}

/** A room looks at the graph, and at what the teacher says of it. */
const plainFolds: Folds = { desk: [], projector: ["editor", "dock"] };
const projectorKey = "orrery.projector";
const foldsKey = "orrery.folds";

function readFolds(text: string | null | undefined): Folds {
  try {
    const saved: unknown = JSON.parse(text ?? "null");
    if (typeof saved !== "object" || saved === null) return plainFolds;
    const read = (mode: keyof Folds): readonly PanelId[] => {
      const list: unknown = Reflect.get(saved, mode);
      return Array.isArray(list) ? panelIds.filter((id) => list.includes(id)) : plainFolds[mode];
    };
    return { desk: read("desk"), projector: read("projector") };
  } catch {
    return plainFolds;
  }
}

/** As this browser was left. */
export function savedPanels(): Pick<ViewState, "projector" | "folds"> {
  return { projector: globalThis.localStorage?.getItem(projectorKey) === "on", folds: readFolds(globalThis.localStorage?.getItem(foldsKey)) };
}

export function isFolded({ projector, folds }: Pick<ViewState, "projector" | "folds">, panel: PanelId): boolean {
  return folds[projector ? "projector" : "desk"].includes(panel);
}

/** Folds a panel away, or back, in the mode that is on. */
export function setFolded(store: ViewStore, panel: PanelId, folded: boolean): void {
  const state = store.getState();
  if (isFolded(state, panel) === folded) return;
  const mode = state.projector ? "projector" : "desk";
  const others = state.folds[mode].filter((one) => one !== panel);
  const folds = { ...state.folds, [mode]: folded ? [...others, panel] : others };
  globalThis.localStorage?.setItem(foldsKey, JSON.stringify(folds));
  store.setState({ folds });
}

/** Larger and stronger, for a room that looks at a projector's picture; or as at a desk. */
export function setProjector(store: ViewStore, projector: boolean): void {
  if (projector) globalThis.localStorage?.setItem(projectorKey, "on");
  else globalThis.localStorage?.removeItem(projectorKey);
  store.setState({ projector });
}
