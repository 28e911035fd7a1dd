import { useEffect, useRef, useState } from "react";
import { useStore } from "zustand";
import type { FlowRecord } from "../../network/packet.ts";
import { useApp, useCluster, useFlows, useStopped, useView } from "../app/appModel.ts";
import { t } from "../language/text.ts";
import { clockText, groupedNumber, spanText } from "../selectors/clockText.ts";
import { glyphs, shortPodName } from "../selectors/stateWords.ts";

const shown = 40;
/** Forty requests a second cannot be read: the list takes what is newest this often. */
const refreshMs = 400;

export function RequestTotals() {
  const totals = useCluster((state) => state.flowTotals);
  const past = useCluster((state) => state.lookingAt !== null);
  if (past) return <div className="totals">{t`by then, as far as kept`}</div>;
  return (
    <div className="totals">
      <span>{t`${groupedNumber(totals.answered)} answered`}</span>
      <span className={totals.failed > 0 ? "state st-failed" : ""}>{t`${groupedNumber(totals.failed)} failed`}</span>
      {totals.answered > 0 && <span>p99 {spanText(totals.p99Us)}</span>}
    </div>
  );
}

function Row({ flow, selected, onSelect }: { readonly flow: FlowRecord; readonly selected: boolean; readonly onSelect: () => void }) {
  const failed = flow.failure !== null;
  const pod = flow.pod.slice(flow.pod.indexOf("/") + 1);
  return (
    <tr data-to={flow.id} className={`${failed ? "st-failed" : "st-ok"}${selected ? " selected" : ""}`} onClick={onSelect}>
      <td className="mono dimmer">{clockText(flow.endedAtUs).slice(6)}</td>
      <td className="state">
        <span aria-hidden="true">{failed ? glyphs.failed : glyphs.ok}</span> <span className="mono">{flow.status === 0 ? t`none` : flow.status}</span>
      </td>
      <td title={flow.failure ?? flow.url} colSpan={pod === "" ? 2 : 1}>
        <button className="row-button">
          {flow.method} {flow.url.replace(/^https?:\/\//, "")}
          {failed && <span className="state"> {flow.failure}</span>}
        </button>
      </td>
      {pod !== "" && (
        <td className="mono row-name" title={flow.pod}>
          {shortPodName(pod)}
        </td>
      )}
      <td className="mono dimmer">{spanText(flow.endedAtUs - flow.startedAtUs)}</td>
    </tr>
  );
}

/** The newest requests, each a row that opens its way hop by hop. Holds still under the pointer. */
export function RequestsPane() {
  const { flows, view, door } = useApp();
  const waits = useStore(door.store, ({ state }) => state === "waiting");
  const came = useCluster(({ flowTotals }) => flowTotals.answered + flowTotals.failed > 0);
  const [onlyFailed, setOnlyFailed] = useState(false);
  const [rows, setRows] = useState<readonly FlowRecord[]>([]);
  const held = useRef(false);
  const anyFailed = useFlows((state) => state.failed.length > 0);
  const lookingAt = useCluster((state) => state.lookingAt);
  const stopped = useStopped();
  const selected = useView((state) => (state.selection?.type === "flow" ? state.selection.id : null));
  useEffect(() => {
    let timer: ReturnType<typeof setTimeout> | undefined;
    const take = () => {
      timer = undefined;
      if (held.current) return;
      const state = flows.getState();
      const all = onlyFailed ? state.failed : state.recent;
      setRows((lookingAt === null ? all : all.filter(({ endedAtUs }) => endedAtUs <= lookingAt)).slice(-shown).reverse());
    };
    held.current = false;
    take();
    const stop = flows.subscribe(() => {
      timer ??= setTimeout(take, refreshMs);
    });
    return () => {
      stop();
      clearTimeout(timer);
    };
  }, [flows, onlyFailed, lookingAt]);
  if (rows.length === 0 && lookingAt !== null) return <p className="empty">{t`Of that time no request is kept: none had ended yet, or newer ones took their place.`}</p>;
  if (rows.length === 0 && !onlyFailed) 
    return (
      <p className="empty">
        {stopped ? t`No request has been sent, and the engine stopped.` : waits ? t`No request has been sent. The traffic waits at the door until a service has a ready endpoint and the ingress controller is ready; “Let in now” in the graph lets it in sooner.` : came ? t`No request stands here yet. The newest ones will.` : t`No request has been sent. Under Sources one adds those who send some.`}
      </p>
    );
  return (
    <div onPointerEnter={() => void (held.current = true)} onPointerLeave={() => void (held.current = false)}>
      <table className="rows">
        <colgroup>
          <col style={{ width: "calc(78px * var(--k))" }} />
          <col style={{ width: "calc(62px * var(--k))" }} />
          <col />
          <col style={{ width: "calc(104px * var(--k))" }} />
          <col style={{ width: "calc(64px * var(--k))" }} />
        </colgroup>
        <thead>
          <tr>
            <th>{t`At`}</th>
            <th>{t`Status`}</th>
            <th>
              {t`Request`}{" "}
              {anyFailed && (
                <button className="link" aria-pressed={onlyFailed} onClick={() => setOnlyFailed(!onlyFailed)}>
                  {onlyFailed ? t`show all` : t`failed only`}
                </button>
              )}
            </th>
            <th>{t`Pod`}</th>
            <th>{t`Took`}</th>
          </tr>
        </thead>
        <tbody>
          {rows.map((flow) => (
            <Row key={flow.id} flow={flow} selected={flow.id === selected} onSelect={() => view.setState({ selection: { type: "flow", id: flow.id } })} />
          ))}
        </tbody>
      </table>
    </div>
  );
}
