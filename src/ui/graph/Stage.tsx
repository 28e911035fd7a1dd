import { ListTree } from "lucide-react";
import { Tabs } from "radix-ui";
import { createElement, lazy, Suspense, useEffect, useRef, useState } from "react";
import { useApp, useCluster, useView } from "../app/appModel.ts";
import { t } from "../language/text.ts";
import { GraphPointing } from "../pointing/GraphPointing.tsx";
import { lensIds, lensLabels, type Lens } from "../stores/viewStore.ts";
import { FindField } from "./FindField.tsx";
import { FoldedPanels } from "./FoldedPanels.tsx";
import { Legend } from "./Legend.tsx";
import { loadLens, trafficLens } from "./lenses/index.ts";
import { PastNote } from "./PastNote.tsx";
import { Picture } from "./Picture.tsx";
import { PinStrip } from "./PinStrip.tsx";
import "./stage.css";
import "./stageTools.css";
import { createStageStore, StageContext, useStage } from "./stageStore.ts";
import { moveFocus } from "./useItem.ts";

const GraphTree = lazy(() => import("./tree/GraphTree.tsx").then((module) => ({ default: module.GraphTree })));

/** The middle of the screen: one graph, seen through a lens, as a picture or as a tree of words. `label`: of one beside it, which another leads: what it looks back to is not its own choice. */
export function Stage({ label }: { readonly label?: string }) {
  const { cluster, view } = useApp();
  const [stage] = useState(() => createStageStore(cluster, view, trafficLens, loadLens));
  const lens = useView((state) => state.lens);
  const tree = useView((state) => state.tree);
  const booting = useCluster((state) => state.booting && state.failure === null);
  const past = useCluster((state) => state.lookingAt !== null);
  const ref = useRef<HTMLElement>(null);
  useEffect(() => () => stage.stop(), [stage]);
  const onKeyDown = (event: React.KeyboardEvent) => {
    if (!tree && ref.current !== null && moveFocus(ref.current, event.key)) event.preventDefault();
  };
  return (
    <StageContext value={stage.store}>
      <Tabs.Root className={`stage${past ? " past" : ""}`} value={lens} onValueChange={(next) => view.setState({ lens: next as Lens })}>
        <div className="stage-top">
          <Tabs.List className="lenses" aria-label={t`Lens`}>
            {lensIds.map((id, index) => (
              <Tabs.Trigger key={id} className="lens" value={id} title={`${lensLabels[id]} (${index + 1})`}>
                {lensLabels[id]}
              </Tabs.Trigger>
            ))}
          </Tabs.List>
          <div className="stage-tools">
            <FindField />
            {label === undefined && <FoldedPanels />}
            <button className={`icon-btn tool${tree ? " on" : ""}`} aria-pressed={tree} aria-label={t`Graph as a tree`} title={t`Graph as a tree (T)`} onClick={() => view.setState({ tree: !tree })}>
              <ListTree size={14} />
            </button>
          </div>
        </div>
        <div className="stage-under">
          {label === undefined && <PastNote />}
          <PinStrip />
        </div>
        <Tabs.Content className="stage-content" value={lens} forceMount tabIndex={-1}>
          <section className="stage-region" aria-label={label ?? t`Cluster graph`} ref={ref} onKeyDown={onKeyDown}>
            {tree ? (
              <Suspense fallback={<p className="empty">{t`The tree is on its way.`}</p>}>
                <GraphTree />
              </Suspense>
            ) : (
              <Picture stageRef={ref} setRoom={stage.setRoom} />
            )}
            <GraphPointing stageRef={ref} />
            <LensSource />
            {booting && <BootNote />}
            <Legend />
          </section>
        </Tabs.Content>
      </Tabs.Root>
    </StageContext>
  );
}

/** What the lens in force reads beside the facts. */
function LensSource() {
  const Source = useStage((state) => state.lens.Source);
  return Source === undefined ? null : createElement(Source);
}

function BootNote() {
  const replaying = useCluster((state) => state.replaying);
  return (
    <div className="boot-note" role="note">
      <span className="state st-progressing" aria-hidden="true">
        ◐
      </span>{" "}
      {replaying ? t`The run is replayed to its moment.` : t`The control plane starts, then the nodes join.`}
    </div>
  );
}
