import { useRef, useState } from "react";
import { useStore } from "zustand";
import type { TrafficSource } from "../../network/traffic.ts";
import { useApp, useCluster, useFlows } from "../app/appModel.ts";
import { say } from "../app/say.ts";
import { useRecent } from "../app/useRecent.ts";
import { t } from "../language/text.ts";
import { whyUnreachable } from "../selectors/trafficReach.ts";
import { shapeText, shortRate } from "../selectors/trafficText.ts";
import { SourceForm } from "./SourceForm.tsx";
import { draftOf, newDraft, type SourceDraft } from "./sourceDraft.ts";
import "./traffic.css";

/** Done from a row or by an undo, where no form can show why not. */
async function orSay(name: string, done: Promise<string | null>): Promise<void> {
  const refusal = await done;
  if (refusal !== null) say.wrong(t`Not done: let ${name} in`, refusal);
}

/** What became of a source's requests of the last seconds, and what the last that failed says. */
function Outcome({ source }: { readonly source: TrafficSource }) {
  const { counts, seconds } = useRecent();
  const failure = useFlows((state) => state.failed.findLast((flow) => flow.source === source.id)?.failure ?? null);
  const own = counts.filter(({ flow }) => flow.source === source.id);
  const sum = (failed: boolean) => own.reduce((all, { flow, count }) => all + ((flow.failure !== null) === failed ? count : 0), 0);
  const [answered, failed] = [sum(false), sum(true)];
  if (answered + failed === 0) return <span className="dimmer">{t`nothing has come back yet`}</span>;
  return (
    <>
      {answered > 0 && <span>{t`${shortRate(answered / seconds)}/s answered`}</span>}
      {failed > 0 && (
        <span className="state st-failed ell" title={failure ?? undefined}>
          {t`✕ ${shortRate(failed / seconds)}/s failed${failure === null ? "" : `: ${failure}`}`}
        </span>
      )}
    </>
  );
}

interface RowProps {
  readonly source: TrafficSource;
  readonly runs: boolean;
  readonly chosen: boolean;
  readonly onChange: () => void;
}

function SourceRow({ source, runs, chosen, onChange }: RowProps) {
  const { door, cluster } = useApp();
  const past = useCluster((state) => state.lookingAt !== null);
  const waits = useStore(door.store, ({ state }) => state === "waiting");
  // What may be reached changes with the objects.
  useCluster((state) => state.structure);
  const problem = past || !runs ? null : whyUnreachable(source, cluster.getState().facts.values());
  const remove = () => {
    door.remove(source.id);
    say.undoable(t`${source.id} is removed.`, () => void (runs ? orSay(source.id, door.letIn(source)) : door.store.setState(({ held }) => ({ held: [...held, source] }))));
  };
  return (
    <li className={chosen ? "source on" : "source"}>
      <span className={runs ? "state st-ok" : "state st-unknown"} aria-hidden="true">
        {runs ? "●" : "◌"}
      </span>
      <div className="source-words">
        <span className="source-head">
          <b>{source.id}</b>
          <span className="mono dim ell" title={source.url}>
            {source.method === "GET" ? "" : `${source.method} `}
            {source.url.replace(/^http:\/\//, "")}
          </span>
        </span>
        <span className="dim ell">
          {shapeText(source)}
          {source.from === "internet" ? "" : t`, in pod ${source.from.name}`}
        </span>
        <span className="source-outcome">{runs ? past ? t`ran then` : <Outcome source={source} /> : <span className="dimmer">{waits ? t`waits at the door` : t`held back`}</span>}</span>
        {problem !== null && <span className="source-problem">{problem}</span>}
      </div>
      {!past && (
        <span className="source-acts">
          <button className="btn quiet compact" aria-label={t`Change ${source.id}`} aria-pressed={chosen} onClick={onChange}>
            {t`Change`}
          </button>
          <button className="btn quiet compact" aria-label={`${runs ? t`Hold back` : t`Let in`} ${source.id}`} onClick={() => (runs ? door.holdBack(source) : void orSay(source.id, door.letIn(source)))}>
            {runs ? t`Hold back` : t`Let in`}
          </button>
          <button className="btn quiet compact" aria-label={t`Remove ${source.id}`} onClick={remove}>
            {t`Remove`}
          </button>
        </span>
      )}
    </li>
  );
}

/** Who sends requests to the cluster, and how many: added, changed, held back and removed while it runs. */
export function TrafficPane() {
  const app = useApp();
  const { door } = app;
  const running = useCluster((state) => state.traffic);
  const past = useCluster((state) => state.lookingAt !== null);
  const held = useStore(door.store, (state) => state.held);
  const [draft, setDraft] = useState<SourceDraft | null>(null);
  const [editing, setEditing] = useState<string | null>(null);
  const list = useRef<HTMLDivElement>(null);
  const resting = past ? [] : held.filter(({ id }) => running.every((one) => one.id !== id));
  const sources = [...running, ...resting];
  const before = sources.find(({ id }) => id === editing);
  // One that is gone by other ways cannot be changed.
  const shown = past || (editing !== null && before === undefined) ? null : draft;
  const put = async (source: TrafficSource): Promise<string | null> => {
    if (editing === null && sources.some(({ id }) => id === source.id)) return t`${source.id} is there already: change it, or give this one another name`;
    const runs = before === undefined || running.some(({ id }) => id === before.id);
    const refusal = await door.put(source);
    if (refusal !== null) return refusal;
    setDraft(null);
    setEditing(null);
    if (before === undefined) say.undoable(t`${source.id} sends ${shapeText(source)}.`, () => door.remove(source.id));
    else say.undoable(`${source.id} ${runs ? t`sends` : t`will send`} ${shapeText(source)}.`, () => void orSay(before.id, door.put(before)));
    list.current?.focus();
    return null;
  };
  return (
    <div className="traffic">
      {shown !== null && (
        <SourceForm
          key={editing ?? ""}
          draft={shown}
          setDraft={setDraft}
          change={editing !== null}
          put={put}
          cancel={() => {
            setDraft(null);
            setEditing(null);
            list.current?.focus();
          }}
        />
      )}
      <div className="traffic-list" ref={list} tabIndex={-1}>
        {past && (
          <p className="dim">
            {t`This traffic ran then. It is changed now:`}{" "}
            <button className="link" onClick={app.look.now}>
              {t`Return to now`}
            </button>
          </p>
        )}
        {sources.length === 0 ? (
          <p className="dimmer">{past ? t`No request was sent then.` : t`Nobody sends requests. Add a source, and watch them find their way, or not.`}</p>
        ) : (
          <ul aria-label={t`Traffic sources`}>
            {sources.map((source) => (
              <SourceRow
                key={source.id}
                source={source}
                runs={running.includes(source)}
                chosen={source.id === editing}
                onChange={() => {
                  setEditing(source.id);
                  setDraft(draftOf(source));
                }}
              />
            ))}
          </ul>
        )}
        {!past && shown === null && (
          <button className="btn compact" onClick={() => {
              setEditing(null);
              setDraft(newDraft(sources));
            }}>
            {t`Add a source`}
          </button>
        )}
      </div>
    </div>
  );
}
