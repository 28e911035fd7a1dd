import { useApp, useView } from "../app/appModel.ts";
import { sameSelection, type Selection } from "../stores/viewStore.ts";
import { useStage, useStageStore } from "./stageStore.ts";

/**
 * What makes an element one of the graph's items: a place in the arrow-key order, selection by click, Enter or Space. `id`: a uid, or
 * the name of what is no object; then `selects` says what a click selects.
 */
export function useItem(id: string, selects?: Selection) {
  const { view } = useApp();
  const stage = useStageStore();
  const wanted: Selection = selects === undefined ? { type: "object", uid: id } : selects;
  const focusable = useStage((state) => (state.focusId === "" ? state.model.nodes[0]?.uid === id : state.focusId === id));
  const selected = useView((state) => wanted !== null && sameSelection(state.selection, wanted));
  const dimmed = useStage((state) => state.found !== null && !state.found.has(id));
  return {
    selected,
    dimmed,
    props: {
      type: "button" as const,
      "data-item": id,
      tabIndex: focusable ? 0 : -1,
      "aria-pressed": selected,
      onFocus: () => stage.setState({ focusId: id }),
      onClick: (event: { stopPropagation(): void }) => {
        event.stopPropagation();
        view.setState({ selection: wanted });
      },
    },
  };
}

/** How far an item is in a direction: edge to edge ahead, the gap aside counted twice; Infinity where it is not ahead at all. */
function arrowCost(here: DOMRect, there: DOMRect, dx: number, dy: number): number {
  const ahead = dx > 0 ? there.left - here.right : dx < 0 ? here.left - there.right : dy > 0 ? there.top - here.bottom : here.top - there.bottom;
  if (ahead < -4) return Infinity;
  const aside = dx !== 0 ? Math.max(0, there.top - here.bottom, here.top - there.bottom) : Math.max(0, there.left - here.right, here.left - there.right);
  const skew = dx !== 0 ? Math.abs(there.top + there.height / 2 - here.top - here.height / 2) : Math.abs(there.left - here.left);
  return Math.max(0, ahead) + aside * 2 + skew * 0.1;
}

/** Moves the focus to the nearest item in the direction of an arrow key. Returns whether it did. */
export function moveFocus(root: HTMLElement, key: string): boolean {
  const direction = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] }[key];
  const from = document.activeElement;
  if (direction === undefined || !(from instanceof HTMLElement) || from.dataset["item"] === undefined) return false;
  const [dx = 0, dy = 0] = direction;
  const here = from.getBoundingClientRect();
  let best: HTMLElement | null = null;
  let bestCost = Infinity;
  for (const item of root.querySelectorAll<HTMLElement>("[data-item]")) {
    if (item === from) continue;
    const cost = arrowCost(here, item.getBoundingClientRect(), dx, dy);
    if (cost < bestCost) {
      best = item;
      bestCost = cost;
    }
  }
  best?.focus();
  return best !== null;
}
