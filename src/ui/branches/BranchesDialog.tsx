import { useState } from "react";
import { useStore } from "zustand";
import { useApp } from "../app/appModel.ts";
import { Modal } from "../app/Modal.tsx";
import { say } from "../app/say.ts";
import { plural, t } from "../language/text.ts";
import { shortClock } from "../selectors/clockText.ts";
import "../runs/runs.css";
import "./branches.css";
import { mostBranches, type BranchName, type BranchState, type KeptBranch } from "./branches.ts";

interface Row {
  readonly branch: BranchName | KeptBranch;
  readonly depth: number;
}

/** As a tree: each under the one it forked from, in the order they were made. */
export function branchRows({ current, kept }: Pick<BranchState, "current" | "kept">): readonly Row[] {
  const all = [current, ...kept].sort((a, b) => a.id - b.id);
  const known = new Set(all.map(({ id }) => id));
  const rows: Row[] = [];
  const add = (from: number | null, depth: number): void => {
    for (const branch of all) {
      // What it forked from may be forgotten: then it stands at the root.
      const parent = branch.from !== null && known.has(branch.from) ? branch.from : null;
      if (parent !== from) continue;
      rows.push({ branch, depth });
      add(branch.id, depth + 1);
    }
  };
  add(null, 0);
  return rows;
}

function BranchRow({ row: { branch, depth } }: { readonly row: Row }) {
  const { branches, view } = useApp();
  const [name, setName] = useState(branch.name);
  const close = () => view.setState({ dialog: null });
  const rename = () => {
    branches.rename(branch.id, name);
    if (name.trim() === "") setName(branch.name);
  };
  const endUs = "endUs" in branch ? branch.endUs : null;
  const commands = "recording" in branch ? branch.recording.journal.length : null;
  const began = branch.from === null ? t`from the beginning` : t`forked at ${shortClock(branch.forkUs)}`;
  return (
    <li style={{ paddingLeft: `${depth * 22 + 2}px` }}>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          rename();
        }}
      >
        <input className="field" aria-label={t`Name of ${branch.name}`} maxLength={80} value={name} onChange={(event) => setName(event.target.value)} onBlur={rename} />
      </form>
      <span className="small dimmer">
        {began}
        {endUs === null || commands === null ? t`, on the page now` : t`, left at ${shortClock(endUs)}, ${commands} ${plural(commands, "command", "commands")}`}
      </span>
      {endUs === null ? (
        <span className="small st-person branch-here">{t`this run`}</span>
      ) : (
        <>
          <button
            className="btn compact primary"
            aria-label={t`Compare with ${branch.name}`}
            onClick={() => {
              close();
              branches.compare(branch.id);
            }}
          >
            {t`Compare`}
          </button>
          <button
            className="btn compact"
            aria-label={t`Go to ${branch.name}`}
            onClick={() => {
              close();
              void branches.goTo(branch.id);
            }}
          >
            {t`Go to`}
          </button>
          <button
            className="btn compact danger"
            aria-label={t`Forget ${branch.name}`}
            onClick={() => {
              const back = branches.forget(branch.id);
              say.undoable(t`${branch.name} is forgotten.`, back);
            }}
          >
            {t`Forget`}
          </button>
        </>
      )}
    </li>
  );
}

/** All futures that were tried on this page. */
export function BranchesDialog() {
  const { branches, view, cluster } = useApp();
  const state = useStore(branches.store);
  const full = state.kept.length >= mostBranches;
  return (
    <Modal open onClose={() => view.setState({ dialog: null })} title={t`Branches`} lead={t`Look back to a moment and branch: the run goes on from there as another, and the one it left is kept here, to go back to or to lay beside it. Save a run to keep it for longer than this page.`}>
      {state.kept.length === 0 && <p className="lead">{t`There is one run yet. Drag the timeline to a moment and choose “Branch from here”, or change something while you look back.`}</p>}
      <ul className="run-rows branch-rows" aria-label={t`Branches`}>
        {branchRows(state).map((row) => (
          <BranchRow key={row.branch.id} row={row} />
        ))}
      </ul>
      {full && <p className="small dimmer">{t`${mostBranches} are kept, the most there may be: forget one to branch again.`}</p>}
      <div className="acts">
        <button className="btn quiet" onClick={() => view.setState({ dialog: null })}>
          {t`Close`}
        </button>
        <button
          className="btn"
          disabled={full}
          onClick={() => {
            view.setState({ dialog: null });
            void branches.here();
          }}
        >
          {t`Branch from ${shortClock(cluster.getState().lookingAt ?? cluster.getState().now)}`}
        </button>
      </div>
    </Modal>
  );
}
