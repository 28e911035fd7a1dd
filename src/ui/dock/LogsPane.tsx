import { useEffect, useRef, useState } from "react";
import type { GraphFact } from "../../hosts/protocol.ts";
import { useApp, useCluster, useView } from "../app/appModel.ts";
import { failureText, succeeded } from "../engine/failureText.ts";
import { factPath } from "../engine/paths.ts";
import { useLive } from "../engine/useLive.ts";
import { linesUntil } from "./logLines.ts";
import { isMachineRoom } from "../selectors/trafficModel.ts";

/** The last lines of a pod's log, followed as they come. */
export function PodLog({ fact }: { readonly fact: GraphFact }) {
  const { client, cluster } = useApp();
  const ref = useRef<HTMLPreElement>(null);
  const lookingAt = useCluster((state) => state.lookingAt);
  const answer = useLive(`log/${fact.uid}`, async () => {
    const path = `${factPath(fact)}/log`;
    if (lookingAt === null) return client.read({ verb: "get", path, query: { tailLines: "300" } });
    const response = await client.read({ verb: "get", path, query: { timestamps: "true" } });
    return { ...response, body: typeof response.body === "string" ? linesUntil(response.body, cluster.getState().epochUs + lookingAt) : response.body };
  });
  useEffect(() => {
    const box = ref.current?.parentElement;
    if (box !== null && box !== undefined && box.scrollHeight - box.scrollTop - box.clientHeight < 120) box.scrollTop = box.scrollHeight;
  }, [answer]);
  if (answer === null) return <p className="empty">Reading the log.</p>;
  if (!succeeded(answer) && lookingAt !== null) return <p className="empty">Not kept: the pod and its node no longer have this log.</p>;
  if (!succeeded(answer)) return <p className="empty">{failureText(answer)}</p>;
  const text = typeof answer.body === "string" ? answer.body : "";
  return text === "" ? (
    <p className="empty">The container has written nothing yet.</p>
  ) : (
    <pre className="log" ref={ref}>
      {text}
    </pre>
  );
}

/** Logs of the selected pod, or of one chosen here. */
export function LogsPane() {
  useCluster((state) => state.structure);
  const { cluster } = useApp();
  const past = useCluster((state) => state.lookingAt !== null);
  const selection = useView((state) => state.selection);
  const [chosen, setChosen] = useState<string | null>(null);
  const pods = [...cluster.getState().facts.values()].filter((fact) => fact.summary.tier === "pod").sort((a, b) => Number(isMachineRoom(a.ref.namespace)) - Number(isMachineRoom(b.ref.namespace)) || (a.ref.name < b.ref.name ? -1 : 1));
  const selected = selection?.type === "object" ? selection.uid : null;
  const pod = pods.find((one) => one.uid === (chosen ?? selected)) ?? pods.find((one) => one.uid === selected) ?? pods[0];
  if (pod === undefined) return <p className="empty">No pod is there yet.</p>;
  return (
    <>
      <div className="log-bar">
        <select className="field" style={{ height: 24, maxWidth: 340 }} aria-label="Pod" value={pod.uid} onChange={(event) => setChosen(event.target.value)}>
          {pods.map((one) => (
            <option key={one.uid} value={one.uid}>
              {one.ref.namespace}/{one.ref.name}
            </option>
          ))}
        </select>
        <span className="dimmer">last 300 lines{past ? " by then" : ", followed"}</span>
      </div>
      <PodLog key={pod.uid} fact={pod} />
    </>
  );
}
