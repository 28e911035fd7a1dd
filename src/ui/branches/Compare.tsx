import { X } from "lucide-react";
import { useEffect, useState, type ReactNode } from "react";
import { useStore } from "zustand";
import { AppContext, useApp, useCluster } from "../app/appModel.ts";
import { Stage } from "../graph/Stage.tsx";
import { t } from "../language/text.ts";
import { clockText, shortClock } from "../selectors/clockText.ts";
import { shownTime } from "../stores/clusterStore.ts";
import { openBeside } from "./beside.ts";
import "./branches.css";
import { partingUs, type KeptBranch } from "./branches.ts";
import { DifferencePane } from "./DifferencePane.tsx";

function Side({ name, began, label, tools, children }: { readonly name: string; readonly began: string; readonly label: string; readonly tools: ReactNode; readonly children: ReactNode }) {
  return (
    <section className="side" aria-label={label}>
      <div className="side-top">
        <b>{name}</b>
        <span className="small dimmer">{began}</span>
        <span className="side-tools">{tools}</span>
      </div>
      {children}
    </section>
  );
}

/** The moment that the kept branch shows: it comes along with the run's. */
function Moment() {
  const text = useCluster((state) => (state.replaying ? t`is replayed` : clockText(shownTime(state)).slice(0, 8)));
  return <span className="mono small dim">{text}</span>;
}

/** The run and a kept branch side by side, with what differs below. The second one has an engine of its own, as long as this is open. */
export function Compare({ id }: { readonly id: number }) {
  const { branches } = useApp();
  const branch = useStore(branches.store, ({ kept }) => kept.find((one) => one.id === id));
  return branch === undefined ? null : <Pair branch={branch} />;
}

function Pair({ branch }: { readonly branch: KeptBranch }) {
  const app = useApp();
  const { branches } = app;
  const state = useStore(branches.store);
  const [beside] = useState(() => openBeside(app, branch));
  useEffect(() => () => beside.close(), [beside]);
  const parting = partingUs(state, branch);
  const leave = (
    <button className="btn compact" onClick={() => branches.compare(null)} title={t`Esc`}>
      <X size={13} aria-hidden="true" />{" "}{t`End the comparison`}
    </button>
  );
  return (
    <main className="app-body compare" aria-label={t`${state.current.name} beside ${branch.name}`}>
      <div className="sides">
        <Side name={state.current.name} began="this run" label={t`${state.current.name}, this run`} tools={null}>
          <Stage />
        </Side>
        <AppContext value={beside.model}>
          <Side
            name={branch.name}
            began={t`parts at ${shortClock(parting)}`}
            label={t`${branch.name}, kept`}
            tools={
              <>
                <Moment />
                {leave}
              </>
            }
          >
            <Stage label={t`Graph of ${branch.name}`} />
          </Side>
        </AppContext>
      </div>
      <DifferencePane there={beside.model} parting={parting} names={[state.current.name, branch.name]} />
    </main>
  );
}
