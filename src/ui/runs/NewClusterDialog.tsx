import { useState } from "react";
import type { ClusterRecording } from "../../cluster/commands.ts";
import { freshRecording, useApp } from "../app/appModel.ts";
import { Modal } from "../app/Modal.tsx";
import { say } from "../app/say.ts";
import { plural, t } from "../language/text.ts";
import { endOfRun } from "../share/openRun.ts";
import { forgetApplied } from "../stores/editorStore.ts";
import { choiceLimits, choiceProblem, clusterOf, type ClusterChoice } from "./newCluster.ts";
import "./runs.css";
import { Term } from "../terms/Term.tsx";
import type { TermName } from "../terms/termNames.ts";

const start: ClusterChoice = { nodes: 3, zones: 3, cpu: 4, memoryGi: 8, pods: 110, runtime: "containerd", cni: "calico", seed: 1 };

const numbers = [
  ["nodes", t`Nodes`, ""],
  ["zones", t`Zones`, t`nodes go to them in turn`],
  ["cpu", t`CPUs a node`, ""],
  ["memoryGi", t`Memory a node`, "GiB"],
  ["pods", t`Pods a node`, t`at most`],
  ["seed", t`Seed`, t`same seed and inputs, same history`],
] as const;

/** Fields whose word is explained. */
const explained: Partial<Readonly<Record<(typeof numbers)[number][0], TermName>>> = { nodes: "Node", zones: "zone", seed: "seed" };

/** A cluster of one's own: the run that is there is kept for one click. */
export function NewClusterDialog() {
  const app = useApp();
  const [choice, setChoice] = useState(start);
  const problem = choiceProblem(choice);
  const close = () => app.view.setState({ dialog: null });
  const begin = async () => {
    const { files } = app.editor.getState();
    const doorBefore = app.door.store.getState();
    const before = await app.client.ask<ClusterRecording | null>({ type: "recording" });
    const fresh = freshRecording(app.loaded);
    close();
    app.view.setState({ selection: null, origin: null });
    forgetApplied(app.editor);
    app.door.again();
    app.open({ ...fresh, seed: choice.seed, spec: clusterOf(choice, fresh.spec) });
    const told = t`A new cluster of ${choice.nodes} ${plural(choice.nodes, "node", "nodes")} starts.`;
    if (before === null) return say.done(told);
    say.undoable(told, () => {
      app.editor.setState({ files });
      app.door.store.setState(doorBefore);
      app.open(before, endOfRun(before));
    });
  };
  return (
    <Modal open onClose={close} title={t`New cluster`} lead={t`One control plane and up to ${choiceLimits.nodes[1]} nodes. The files of the workspace stay; the run on this page ends.`}>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          if (problem === null) void begin();
        }}
      >
        <div className="choices">
          {numbers.map(([key, label, note]) => (
            <label key={key}>
              <span>
                <Term of={explained[key] ?? ""} inTabOrder>
                  {label}
                </Term>
              </span>
              <input className="field" type="number" required min={choiceLimits[key][0]} max={choiceLimits[key][1]} step={1} value={Number.isNaN(choice[key]) ? "" : choice[key]} onChange={(event) => setChoice({ ...choice, [key]: event.target.valueAsNumber })} />
              <span className="small dimmer">{note}</span>
            </label>
          ))}
          <label>
            <span>
              <Term of="container runtime" inTabOrder>
                {t`Container runtime`}
              </Term>
            </span>
            <select className="field" value={choice.runtime} onChange={(event) => setChoice({ ...choice, runtime: event.target.value as ClusterChoice["runtime"] })}>
              <option value="containerd">containerd</option>
              <option value="cri-o">CRI-O</option>
              <option value="docker">Docker (cri-dockerd)</option>
            </select>
            <span />
          </label>
          <label>
            <span>
              <Term of="CNI" inTabOrder>
                {t`Network`}
              </Term>
            </span>
            <select className="field" value={choice.cni} onChange={(event) => setChoice({ ...choice, cni: event.target.value as ClusterChoice["cni"] })}>
              <option value="calico">Calico</option>
              <option value="flannel">Flannel</option>
            </select>
            <span className="small dimmer">{choice.cni === "calico" ? t`enforces NetworkPolicy` : t`does not enforce NetworkPolicy`}</span>
          </label>
        </div>
        {problem !== null && (
          <p className="st-failed state small" role="alert">
            ✕ {problem}
          </p>
        )}
        <div className="acts">
          <button className="btn quiet" type="button" onClick={close}>
            {t`Cancel`}
          </button>
          <button className="btn primary" disabled={problem !== null}>
            {t`Start it`}
          </button>
        </div>
      </form>
    </Modal>
  );
}
