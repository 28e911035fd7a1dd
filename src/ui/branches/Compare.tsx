import { X } from "lucide-react";
import { useEffect, useState, type ReactNode } from "react";
import { useStore } from "zustand";
import { AppContext, useApp, useCluster, type AppModel } from "../app/appModel.ts";
import { Transport } from "../app/Header.tsx";
import { Stage } from "../graph/Stage.tsx";
import { clockText, shortClock } from "../selectors/clockText.ts";
import { openBeside, type Beside } from "./beside.ts";
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

/** "is 02:14 ahead" where the two do not stand at the same moment. */
function Meet({ beside, there }: { readonly beside: Beside; readonly there: AppModel }) {
  const [busy, setBusy] = useState(false);
  const here = useCluster((state) => Math.floor(state.now / 1_000_000));
  const other = useStore(there.cluster, (state) => Math.floor(state.now / 1_000_000));
  if (Math.abs(here - other) <= 1 && !busy) return null;
  const ahead = Math.max(here, other) * 1_000_000;
  return (
    <button
      className="btn compact"
      disabled={busy}
      onClick={() => {
        setBusy(true);
        void beside.meet().then(() => setBusy(false));
      }}
    >
      {busy ? `${clockText(Math.min(here, other) * 1_000_000).slice(0, 8)} of ${clockText(ahead).slice(0, 8)}` : `Bring both to ${shortClock(ahead)}`}
    </button>
  );
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
    <button className="btn compact" onClick={() => branches.compare(null)} title="Esc">
      <X size={13} aria-hidden="true" /> End the comparison
    </button>
  );
  return (
    <main className="app-body compare" aria-label={`${state.current.name} beside ${branch.name}`}>
      <div className="sides">
        <Side name={state.current.name} began="this run" label={`${state.current.name}, this run`} tools={<Meet beside={beside} there={beside.model} />}>
          <Stage />
        </Side>
        <AppContext value={beside.model}>
          <Side
            name={branch.name}
            began={`parts at ${shortClock(parting)}`}
            label={`${branch.name}, kept`}
            tools={
              <>
                <Transport />
                {leave}
              </>
            }
          >
            <Stage label={`Graph of ${branch.name}`} />
          </Side>
        </AppContext>
      </div>
      <DifferencePane there={beside.model} parting={parting} names={[state.current.name, branch.name]} />
    </main>
  );
}
