import { useEffect, useState } from "react";
import type { ClusterRecording } from "../../cluster/commands.ts";
import { useApp } from "../app/appModel.ts";
import { Modal } from "../app/Modal.tsx";
import { say } from "../app/say.ts";
import { plural, t } from "../language/text.ts";
import { shortClock } from "../selectors/clockText.ts";
import { OpenFileButton } from "../share/OpenFileButton.tsx";
import { endOfRun, openRun } from "../share/openRun.ts";
import { downloadRun } from "../share/downloadRun.ts";
import "./runs.css";
import { forgetRun, keepRun, mostRuns, renameRun, savedRuns, type SavedRun } from "./runShelf.ts";

function reason(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** "3 nodes, 12 commands, at 02:14" */
function holds({ recording, atUs }: SavedRun): string {
  const { nodes } = recording.spec;
  const { length } = recording.journal;
  return t`${nodes.length} ${plural(nodes.length, "node", "nodes")}, ${length} ${plural(length, "command", "commands")}, at ${shortClock(atUs)}`;
}

function RunRow({ run, change, open }: { readonly run: SavedRun; readonly change: () => void; readonly open: (run: SavedRun) => void }) {
  const [name, setName] = useState(run.name);
  const rename = () => {
    const wanted = name.trim();
    if (wanted === "" || wanted === run.name) return setName(run.name);
    const renamed = (there: boolean): void => {
      change();
      if (!there) say.wrong(t`${run.name} is no longer kept`, t`It was deleted in another tab.`);
    };
    void renameRun(run.id, wanted.slice(0, 80)).then(renamed, (error: unknown) => say.wrong(t`Not renamed`, reason(error)));
  };
  const remove = () =>
    void forgetRun(run.id).then(
      () => {
        change();
        say.undoable(t`${run.name} is deleted.`, () => void keepRun(run).then(change));
      },
      (error: unknown) => say.wrong(t`Not deleted`, reason(error)),
    );
  return (
    <li>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          rename();
        }}
      >
        <input className="field" aria-label={t`Name of ${run.name}`} maxLength={80} value={name} onChange={(event) => setName(event.target.value)} onBlur={rename} />
      </form>
      <span className="small dimmer">{holds(run)}</span>
      <button className="btn compact" aria-label={t`Open ${run.name}`} onClick={() => open(run)}>
        {t`Open`}
      </button>
      <button className="btn compact" aria-label={t`Download ${run.name}`} onClick={() => downloadRun(run.recording, `${run.name.replace(/[^\w.-]+/g, "-")}.orrery.json`)}>
        {t`Download`}
      </button>
      <button className="btn compact danger" aria-label={t`Delete ${run.name}`} onClick={remove}>
        {t`Delete`}
      </button>
    </li>
  );
}

/** Runs that are kept in this browser. */
export function RunsDialog() {
  const app = useApp();
  const [runs, setRuns] = useState<readonly SavedRun[] | null>(null);
  const [problem, setProblem] = useState<string | null>(null);
  const [name, setName] = useState("");
  const close = () => app.view.setState({ dialog: null });
  const load = () => void savedRuns().then(setRuns, (error: unknown) => setProblem(t`This browser keeps no runs: ${reason(error)}.`));
  useEffect(load, []);
  const save = async () => {
    const recording = await app.client.ask<ClusterRecording | null>({ type: "recording" });
    if (recording === null) return setProblem(t`There is no run to keep yet.`);
    const at = recording.checkpoints.at(-1)?.at ?? app.cluster.getState().now;
    const files = app.editor.getState().files.filter(({ editing }) => editing === undefined).map(({ name: file, text, applied }) => ({ name: file, text, applied }));
    const run: SavedRun = { id: crypto.randomUUID(), name: name.trim() || `${app.loaded.scenario.title}, ${shortClock(at)}`, savedAtMs: Date.now(), atUs: at, recording, files, breakpoints: app.breakpoints.store.getState().breakpoints };
    try {
      await keepRun(run);
      setName("");
      setProblem(null);
      load();
    } catch (error) {
      setProblem(t`The run could not be kept: ${reason(error)}.`);
    }
  };
  const open = async (run: SavedRun) => {
    close();
    const before = await app.client.ask<ClusterRecording | null>({ type: "recording" });
    const filesBefore = app.editor.getState().files;
    const { breakpoints: pausedAt } = app.breakpoints.store.getState();
    const originals = new Map(filesBefore.map(({ name: file, original }) => [file, original]));
    app.editor.setState({ files: run.files.map(({ name: file, text, applied }) => ({ name: file, text, applied, original: originals.get(file) ?? null })), active: run.files[0]?.name ?? "", problems: [], left: [] });
    app.breakpoints.replace(run.breakpoints ?? []);
    await openRun(app, { recording: run.recording, atUs: run.atUs, from: "saved run", select: null });
    if (before === null || before.journal.length === 0) return;
    say.undoable(t`The run that was here before is kept.`, () => {
      app.editor.setState({ files: filesBefore, active: filesBefore[0]?.name ?? "", problems: [] });
      app.breakpoints.replace(pausedAt);
      void openRun(app, { recording: before, atUs: endOfRun(before), from: "saved run", select: null });
    }, t`Bring it back`);
  };
  const full = (runs?.length ?? 0) >= mostRuns;
  return (
    <Modal open onClose={close} title={t`Runs`} lead={t`Runs kept in this browser, with their files. Opening one replays it to the moment it was saved at.`}>
      <form
        className="run-save"
        onSubmit={(event) => {
          event.preventDefault();
          void save();
        }}
      >
        <input className="field" aria-label={t`Name of this run`} maxLength={80} placeholder={t`Name of this run`} value={name} onChange={(event) => setName(event.target.value)} />
        <button className="btn primary" disabled={full}>
          {t`Save this run`}
        </button>
      </form>
      {full && <p className="small dimmer">{t`${mostRuns} runs are kept, the most there may be: delete some first.`}</p>}
      {problem !== null && (
        <p className="st-failed state small" role="alert">
          ✕ {problem}
        </p>
      )}
      {runs !== null && runs.length === 0 && <p className="lead">{t`None is kept yet.`}</p>}
      <ul className="run-rows" aria-label={t`Saved runs`}>
        {(runs ?? []).map((run) => (
          <RunRow key={run.id} run={run} change={load} open={(each) => void open(each)} />
        ))}
      </ul>
      <div className="acts">
        <button className="btn quiet" onClick={close}>
          {t`Close`}
        </button>
        <OpenFileButton close={close} />
        <button className="btn" onClick={() => app.view.setState({ dialog: "newCluster" })}>
          {t`New cluster`}
        </button>
      </div>
    </Modal>
  );
}
