import { Search } from "lucide-react";
import { useEffect, useRef } from "react";
import { useApp, useView } from "../app/appModel.ts";
import { t } from "../language/text.ts";
import { nextFound } from "./find.ts";
import { setFind, useStage, useStageStore } from "./stageStore.ts";

/** Finds things in the graph: what does not match steps back; Enter goes from match to match, Escape gives the graph back. */
export function FindField() {
  const { view, cluster } = useApp();
  const stage = useStageStore();
  const ref = useRef<HTMLInputElement>(null);
  const find = useStage((state) => state.find);
  const count = useStage((state) => state.found?.size ?? null);
  const asked = useView((state) => state.findAsked);
  useEffect(() => {
    if (asked > 0) ref.current?.select();
  }, [asked]);
  const go = (back: boolean) => {
    const { found, layout } = stage.getState();
    const { selection } = view.getState();
    const id = found === null ? null : nextFound(found, selection?.type === "object" ? selection.uid : null, back);
    if (id === null) return;
    stage.setState({ goTo: { id } });
    if (cluster.getState().facts.has(id)) view.setState({ selection: { type: "object", uid: id } });
    if (layout.boxOf.has(id)) stage.setState({ focusId: id });
  };
  return (
    <div className="find">
      <Search size={12} aria-hidden="true" />
      <input
        ref={ref}
        type="search"
        aria-label={t`Find in graph`}
        placeholder={t`Find in graph`}
        value={find}
        maxLength={100}
        autoComplete="off"
        spellCheck={false}
        onChange={(event) => setFind(stage, event.target.value)}
        onKeyDown={(event) => {
          if (event.key === "Enter") go(event.shiftKey);
          if (event.key !== "Escape") return;
          setFind(stage, "");
          // The focus goes on to where the match is.
          const { focusId } = stage.getState();
          document.querySelector<HTMLElement>(`[data-item="${CSS.escape(focusId)}"]`)?.focus();
          if (document.activeElement === ref.current) ref.current?.blur();
        }}
      />
      {count === null ? <kbd aria-hidden="true">/</kbd> : <span className="find-count micro" role="status">{count === 0 ? t`none` : t`${count} found`}</span>}
    </div>
  );
}
