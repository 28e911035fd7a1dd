import { useEffect, useRef, useState } from "react";
import type { ApiResponse } from "../../apimachinery/apiRequest.ts";
import { isJsonObject, type Json, type JsonObject } from "../../base/json.ts";
import type { GraphFact } from "../../hosts/protocol.ts";
import { useApp, useCluster, useView } from "../app/appModel.ts";
import { Reading } from "../app/Reading.tsx";
import { failureText, succeeded } from "../engine/failureText.ts";
import { factPath } from "../engine/paths.ts";
import { useLive } from "../engine/useLive.ts";
import { t } from "../language/text.ts";
import { linesUntil } from "./logLines.ts";
import { isMachineRoom } from "../selectors/trafficModel.ts";

interface ContainerNames {
  readonly names: readonly string[];
  /** Those that have been started more than once: there is a log of the one before. */
  readonly restarted: readonly string[];
}

function strings(list: Json | undefined, pick: (item: JsonObject) => string | null): readonly string[] {
  return (Array.isArray(list) ? list : []).filter(isJsonObject).flatMap((item) => pick(item) ?? []);
}

/** Names of a pod's containers, those that serve before those that prepare. */
function containersOf(pod: Json): ContainerNames {
  const { spec, status } = isJsonObject(pod) ? pod : {};
  const from = (value: Json | undefined, field: string) => (isJsonObject(value) ? value[field] : undefined);
  const name = (item: JsonObject) => (typeof item["name"] === "string" ? item["name"] : null);
  const again = (item: JsonObject) => (typeof item["restartCount"] === "number" && item["restartCount"] > 0 ? name(item) : null);
  return {
    names: [...strings(from(spec, "containers"), name), ...strings(from(spec, "initContainers"), name), ...strings(from(spec, "ephemeralContainers"), name)],
    restarted: [...strings(from(status, "containerStatuses"), again), ...strings(from(status, "initContainerStatuses"), again)],
  };
}

/** A pod's log: of which container, of the one before its restart, followed as it grows or as it stood. */
export function PodLog({ fact }: { readonly fact: GraphFact }) {
  const { client } = useApp();
  const [chosen, setChosen] = useState<string | null>(null);
  const [previous, setPrevious] = useState(false);
  const [follow, setFollow] = useState(true);
  const past = useCluster((state) => state.lookingAt !== null);
  const restarts = fact.summary.tier === "pod" ? fact.summary.restarts : 0;
  const pod = useLive(`containers/${fact.uid}/${restarts}`, () => client.ask<Json>({ type: "object", uid: fact.uid }), () => 3_000);
  const { names, restarted } = containersOf(pod);
  const container = chosen !== null && names.includes(chosen) ? chosen : (names[0] ?? null);
  const hasPrevious = container !== null && restarted.includes(container);
  const before = previous && hasPrevious;
  return (
    <>
      <div className="log-options">
        {names.length > 1 ? (
          <select className="field view-select" aria-label={t`Container`} value={container ?? ""} onChange={(event) => setChosen(event.target.value)}>
            {names.map((name) => (
              <option key={name}>{name}</option>
            ))}
          </select>
        ) : (
          <span className="mono dimmer">{container ?? ""}</span>
        )}
        <label>
          <input type="checkbox" checked={follow} disabled={past || before} onChange={(event) => setFollow(event.target.checked)} />{" "}{t`follow`}
        </label>
        <label className={hasPrevious ? "" : "dimmer"} title={hasPrevious ? t`The log of the container before its last restart` : t`It has not been restarted: there is no earlier log`}>
          <input type="checkbox" checked={before} disabled={!hasPrevious || past} onChange={(event) => setPrevious(event.target.checked)} />{" "}{t`previous`}
        </label>
      </div>
      <LogText key={`${container ?? ""}/${String(before)}`} fact={fact} container={container} previous={before} follow={follow && !before} />
    </>
  );
}

interface LogTextProps {
  readonly fact: GraphFact;
  readonly container: string | null;
  readonly previous: boolean;
  readonly follow: boolean;
}

/** The last lines of a log. */
function LogText({ fact, container, previous, follow }: LogTextProps) {
  const { client, cluster } = useApp();
  const ref = useRef<HTMLPreElement>(null);
  const kept = useRef<ApiResponse | null>(null);
  const lookingAt = useCluster((state) => state.lookingAt);
  const answer = useLive(`log/${fact.uid}`, async () => {
    if (!follow && kept.current !== null && lookingAt === null) return kept.current;
    const path = `${factPath(fact)}/log`;
    const query = { ...(container === null ? {} : { container }), ...(previous ? { previous: "true" } : {}) };
    if (lookingAt === null) return (kept.current = await client.read({ verb: "get", path, query: { ...query, tailLines: "300" } }));
    const response = await client.read({ verb: "get", path, query: { ...query, timestamps: "true" } });
    return { ...response, body: typeof response.body === "string" ? linesUntil(response.body, cluster.getState().epochUs + lookingAt) : response.body };
  });
  useEffect(() => {
    const box = ref.current?.parentElement;
    if (follow && box !== null && box !== undefined && box.scrollHeight - box.scrollTop - box.clientHeight < 120) box.scrollTop = box.scrollHeight;
  }, [answer, follow]);
  if (answer === null) return <Reading>{t`Reading the log.`}</Reading>;
  if (!succeeded(answer) && lookingAt !== null) return <p className="empty">{t`Not kept: the pod and its node no longer have this log.`}</p>;
  if (!succeeded(answer)) return <p className="empty">{failureText(answer)}</p>;
  const text = typeof answer.body === "string" ? answer.body : "";
  return text === "" ? (
    <p className="empty">{t`The container has written nothing yet.`}</p>
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
  if (pod === undefined) return <p className="empty">{t`No pod is there yet.`}</p>;
  return (
    <>
      <div className="log-bar">
        <select className="field" style={{ height: "var(--target)", maxWidth: 340 }} aria-label={t`Pod`} value={pod.uid} onChange={(event) => setChosen(event.target.value)}>
          {pods.map((one) => (
            <option key={one.uid} value={one.uid}>
              {one.ref.namespace}/{one.ref.name}
            </option>
          ))}
        </select>
        <span className="dimmer">{t`last 300 lines${past ? t` by then` : t`, followed`}`}</span>
      </div>
      <PodLog key={pod.uid} fact={pod} />
    </>
  );
}
