import { Tabs } from "radix-ui";
import { lazy, Suspense, useEffect, useRef, useState } from "react";
import { useApp, useCluster, useView } from "../app/appModel.ts";
import type { Lens } from "../stores/viewStore.ts";
import { createStageStore, StageContext } from "./stageStore.ts";
import "./stage.css";
import { Legend } from "./Legend.tsx";
import { PastNote } from "./PastNote.tsx";
import { TrafficLens } from "./TrafficLens.tsx";
import { moveFocus } from "./useItem.ts";

const PlacementLens = lazy(() => import("./PlacementLens.tsx").then((module) => ({ default: module.PlacementLens })));
const OwnershipLens = lazy(() => import("./OwnershipLens.tsx").then((module) => ({ default: module.OwnershipLens })));

const lenses: readonly { readonly id: Lens; readonly label: string }[] = [
  { id: "traffic", label: "Traffic" },
  { id: "placement", label: "Placement" },
  { id: "ownership", label: "Ownership" },
];

/** The middle of the screen: one graph, seen through a lens. */
export function Stage() {
  const { cluster, view } = useApp();
  const [stage] = useState(() => createStageStore(cluster));
  const lens = useView((state) => state.lens);
  const booting = useCluster((state) => state.booting);
  const past = useCluster((state) => state.lookingAt !== null);
  const ref = useRef<HTMLElement>(null);
  useEffect(() => () => stage.stop(), [stage]);
  const onKeyDown = (event: React.KeyboardEvent) => {
    if (ref.current !== null && moveFocus(ref.current, event.key)) event.preventDefault();
  };
  return (
    <StageContext value={stage.store}>
      <Tabs.Root className={`stage${past ? " past" : ""}`} value={lens} onValueChange={(next) => view.setState({ lens: next as Lens })}>
        <div className="stage-top">
          <Tabs.List className="lenses" aria-label="Lens">
            {lenses.map(({ id, label }) => (
              <Tabs.Trigger key={id} className="lens" value={id}>
                {label}
              </Tabs.Trigger>
            ))}
          </Tabs.List>
          <PastNote />
          <button className="btn small find" onClick={() => view.setState({ paletteOpen: true })}>
            Search or run <kbd>Ctrl K</kbd>
          </button>
        </div>
        <Tabs.Content className="stage-content" value={lens} forceMount tabIndex={-1}>
          <section className="stage-region" aria-label="Cluster graph" ref={ref} onKeyDown={onKeyDown}>
            {lens === "traffic" && <TrafficLens stageRef={ref} setPodColumns={stage.setPodColumns} />}
            <Suspense fallback={null}>
              {lens === "placement" && <PlacementLens />}
              {lens === "ownership" && <OwnershipLens />}
            </Suspense>
            {booting && <BootNote />}
            <Legend />
          </section>
        </Tabs.Content>
      </Tabs.Root>
    </StageContext>
  );
}

function BootNote() {
  return (
    <div className="boot-note" role="note">
      <span className="state st-progressing" aria-hidden="true">
        ◐
      </span>{" "}
      The control plane starts, then the nodes join.
    </div>
  );
}
