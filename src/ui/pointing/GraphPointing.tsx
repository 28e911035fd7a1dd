import { useEffect, type RefObject } from "react";
import { useApp, useView } from "../app/appModel.ts";
import { pointAt } from "../stores/viewStore.ts";

/** Tells which item of the graph the pointer is on, and rings those that the editor points at: by one rule, so that no box is drawn anew. */
export function GraphPointing({ stageRef }: { readonly stageRef: RefObject<HTMLElement | null> }) {
  const { view } = useApp();
  const pointed = useView((state) => (state.pointed?.by === "editor" ? state.pointed.uids : null));
  useEffect(() => {
    const stage = stageRef.current;
    if (stage === null) return;
    const over = ({ target }: PointerEvent) => {
      const item = target instanceof Element ? target.closest<HTMLElement>("[data-item]")?.dataset["item"] : undefined;
      pointAt(view, "graph", item === undefined ? [] : [item]);
    };
    const away = () => pointAt(view, "graph", []);
    stage.addEventListener("pointerover", over);
    stage.addEventListener("pointerleave", away);
    return () => {
      stage.removeEventListener("pointerover", over);
      stage.removeEventListener("pointerleave", away);
      away();
    };
  }, [stageRef, view]);
  if (pointed === null) return null;
  return <style>{`${pointed.map((uid) => `.stage-region [data-item="${CSS.escape(uid)}"]`).join(",")}{box-shadow:0 0 0 2px var(--brass);background-color:var(--brass-soft)}`}</style>;
}
