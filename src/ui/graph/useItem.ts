import { useApp, useView } from "../app/appModel.ts";
import { useStage, useStageStore } from "./stageStore.ts";

/** What makes an element one of the graph's items: a place in the arrow-key order, selection by click, Enter or Space. */
export function useItem(uid: string) {
  const { view } = useApp();
  const stage = useStageStore();
  const focusable = useStage((state) => (state.focusId === "" ? state.model.nodes[0]?.uid === uid : state.focusId === uid));
  const selected = useView((state) => state.selection?.type === "object" && state.selection.uid === uid);
  return {
    selected,
    props: {
      type: "button" as const,
      "data-item": uid,
      tabIndex: focusable ? 0 : -1,
      "aria-pressed": selected,
      onFocus: () => stage.setState({ focusId: uid }),
      onClick: () => view.setState({ selection: { type: "object", uid } }),
    },
  };
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
    const there = item.getBoundingClientRect();
    const x = there.left + there.width / 2 - (here.left + here.width / 2);
    const y = there.top + there.height / 2 - (here.top + here.height / 2);
    const ahead = x * dx + y * dy;
    const aside = Math.abs(x * dy) + Math.abs(y * dx);
    if (ahead < 6) continue;
    // Far to the side counts more than far ahead, so that a column is walked as a column.
    const cost = ahead + aside * 2.2;
    if (cost < bestCost) {
      best = item;
      bestCost = cost;
    }
  }
  best?.focus();
  return best !== null;
}
