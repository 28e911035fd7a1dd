import { useEffect, useState } from "react";
import { setComponent, setFault } from "../app/acts.ts";
import { useApp, useCluster } from "../app/appModel.ts";
import { apiServer, manager, scheduler, type RequestTrace } from "../app/messages.ts";
import { useLive } from "../engine/useLive.ts";
import { t } from "../language/text.ts";
import { clockText, spanText } from "../selectors/clockText.ts";
import { partState } from "../selectors/partState.ts";
import { waitingIn, type ControllerQueue, type Queues } from "../selectors/queues.ts";
import { glyphs, stateClass } from "../selectors/stateWords.ts";
import { partWords } from "./partWords.ts";
import "./views.css";

const keysShown = 40;
const requestsShown = 40;

/** A part of the control plane: what it is for, what waits in it, and its switch. */
export function PartView({ process, part }: { readonly process: string; readonly part: string | null }) {
  const app = useApp();
  const state = useCluster((one) => partState(one, process, part));
  const past = useCluster((one) => one.lookingAt !== null);
  const words = partWords(process, part);
  const running = state === "running";
  // A controller runs no longer than the process that it is part of.
  const wholeStopped = useCluster((one) => part !== null && partState(one, process, null) !== "running");
  return (
    <div className="inspector">
      <div className="inspector-top">
        <div className="small dim inspector-kind">
          {words.kind}
          <button className="inspector-close" aria-label={t`Close`} title={t`Select nothing (Esc)`} onClick={() => app.view.setState({ selection: null })}>
            ✕
          </button>
        </div>
        <h2 className="mono inspector-name">{words.name}</h2>
        <p className={`say ${stateClass(running ? "ok" : "failed")}`} aria-live="polite">
          <span className="state" aria-hidden="true">
            {running ? glyphs.ok : glyphs.failed}
          </span>{" "}
          {running ? words.does : `${state === "off" ? t`Its machine is off.` : t`Stopped.`} ${words.without}`}
        </p>
        {running && <p className="small dim part-without">{t`Without it: ${words.without.charAt(0).toLowerCase() + words.without.slice(1)}`}</p>}
        {past ? (
          <p className="small dimmer inspector-past">{t`As it was then, to read only.`}</p>
        ) : state === "off" ? null : (
          <div className="inspector-acts">
            <button className={`btn compact${running ? " danger" : ""}`} disabled={wholeStopped} onClick={() => void setComponent(app, process, part, running ? "stopped" : "running")}>
              {running ? t`Stop` : t`Start`}
            </button>
            {part === null && (
              <button className="btn compact danger" disabled={!running} title={t`It ends and is started again; what it had only in memory is gone`} onClick={() => void setFault(app, "process-crash", process)}>
                {t`Crash`}
              </button>
            )}
          </div>
        )}
      </div>
      <div className="inspector-body" tabIndex={0} role="region" aria-label={t`About ${words.name}`}>
        {process === apiServer && <Requests />}
        {process === scheduler && <Waiting />}
        {process === manager && <Work part={part} />}
      </div>
    </div>
  );
}

function useQueues(): Queues | null {
  const { client } = useApp();
  const past = useCluster((state) => state.lookingAt !== null);
  return useLive(past ? null : "queues/keys", () => client.ask<Queues | null>({ type: "queues", keys: keysShown }), () => 500);
}

function NotThen() {
  const past = useCluster((state) => state.lookingAt !== null);
  return <p className="empty">{past ? t`Not kept: what waited at that time.` : t`It does not answer.`}</p>;
}

/** Pods that wait for a machine, and why. */
function Waiting() {
  const queue = useQueues()?.scheduler ?? null;
  if (queue === null) return <NotThen />;
  const words = { active: t`queued`, backoff: t`waits to be tried again`, unschedulable: t`no machine fits`, gated: t`held by a gate` } as const;
  return (
    <section className="part-section">
      <h3 className="cap">{t`Queue`}</h3>
      <dl className="queue-counts">
        {(["active", "backoff", "unschedulable", "gated"] as const).map((place) => (
          <div key={place}>
            <dt>{words[place]}</dt>
            <dd className="mono">{queue[place]}</dd>
          </div>
        ))}
      </dl>
      {queue.pods.length === 0 ? <p className="dimmer">{t`No pod waits.`}</p> : null}
      <ul className="keys">
        {queue.pods.map((pod) => (
          <li key={pod.key} className={stateClass(pod.place === "unschedulable" ? "warning" : "progressing")}>
            <span className="state">{pod.place === "unschedulable" ? glyphs.warning : glyphs.progressing}</span>
            <KeyLink name={pod.key} plural="pods" />
            <span className="dimmer">{words[pod.place]}</span>
          </li>
        ))}
      </ul>
    </section>
  );
}

/** "namespace/name" that leads to the object, where the page knows it. */
function KeyLink({ name, plural }: { readonly name: string; readonly plural: string | null }) {
  const { cluster, view } = useApp();
  const uid = [...cluster.getState().facts.values()].find((fact) => `${fact.ref.namespace}/${fact.ref.name}` === name && (plural === null || fact.plural === plural))?.uid;
  if (uid === undefined) return <span className="mono ell">{name}</span>;
  return (
    <button className="link mono ell" onClick={() => view.setState({ selection: { type: "object", uid } })}>
      {name}
    </button>
  );
}

/** The queue of one controller, or a line for each of them. */
function Work({ part }: { readonly part: string | null }) {
  const controllers = useQueues()?.controllers ?? null;
  if (controllers === null) return <NotThen />;
  if (part === null) return <All controllers={controllers} />;
  const queue = controllers.find((one) => one.part === part);
  return queue === undefined ? <NotThen /> : <OneQueue queue={queue} />;
}

const pluralOf: Readonly<Record<string, string>> = { deployment: "deployments", replicaset: "replicasets", statefulset: "statefulsets", daemonset: "daemonsets", job: "jobs", cronjob: "cronjobs", endpoint: "services", endpointslice: "services" };

function OneQueue({ queue }: { readonly queue: ControllerQueue }) {
  const now = useCluster((state) => Math.floor(state.now / 1_000_000));
  const counts = [
    ["waiting", queue.depth],
    [t`worked on`, queue.working],
    ["later", queue.delayed],
    [t`taken in so far`, queue.adds],
    [t`put back so far`, queue.retries],
  ] as const;
  return (
    <section className="part-section">
      <h3 className="cap">{t`Work queue`}</h3>
      <dl className="queue-counts">
        {counts.map(([word, count]) => (
          <div key={word}>
            <dt>{word}</dt>
            <dd className="mono">{count}</dd>
          </div>
        ))}
      </dl>
      {queue.keys.length === 0 && <p className="dimmer">{queue.state === "stopped" ? t`It is stopped: nothing is queued. When it starts it looks at everything anew.` : t`Nothing waits: all that it was told of is dealt with.`}</p>}
      <ul className="keys">
        {queue.keys.map((key) => (
          <li key={`${key.state}/${key.key}`} className={stateClass(key.failures > 0 ? "warning" : key.state === "delayed" ? "unknown" : "progressing")}>
            <span className="state">{key.failures > 0 ? glyphs.warning : key.state === "delayed" ? "◷" : glyphs.progressing}</span>
            <KeyLink name={key.key} plural={pluralOf[queue.part] ?? null} />
            <span className="dimmer nowrap">
              {key.state === "working" ? t`worked on` : key.state === "queued" ? t`waiting` : key.dueAt === null ? t`later` : t`in ${spanText(Math.max(0, key.dueAt - now * 1_000_000))}`}
              {key.failures > 0 ? t`, failed ${key.failures}×` : ""}
            </span>
          </li>
        ))}
      </ul>
    </section>
  );
}

function All({ controllers }: { readonly controllers: readonly ControllerQueue[] }) {
  const { view } = useApp();
  const stopped = useCluster((state) => state.stopped as readonly string[]);
  return (
    <section className="part-section">
      <h3 className="cap">{t`${controllers.length} controllers`}</h3>
      <table className="controller-table">
        <thead>
          <tr>
            <th scope="col">{t`Controller`}</th>
            <th scope="col">{t`Waiting`}</th>
            <th scope="col">{t`Taken in`}</th>
          </tr>
        </thead>
        <tbody>
          {controllers.map((queue) => {
            const running = queue.state === "running" && !stopped.includes(`${manager}#${queue.part}`);
            return (
              <tr key={queue.part}>
                <td>
                  <button className={`summary-row ${stateClass(running ? "ok" : "failed")}`} onClick={() => view.setState({ selection: { type: "part", process: manager, part: queue.part } })}>
                    <span className="state" aria-hidden="true">
                      {running ? glyphs.ok : glyphs.failed}
                    </span>
                    <span>{queue.part}</span>
                    {!running && <span className="state">{t`stopped`}</span>}
                  </button>
                </td>
                <td className="mono">{waitingIn(queue)}</td>
                <td className="mono dimmer">{queue.adds}</td>
              </tr>
            );
          })}
        </tbody>
      </table>
    </section>
  );
}

/** The newest requests, each with what every stage said. */
function Requests() {
  const { messages } = useApp();
  const [seen, setSeen] = useState<readonly RequestTrace[]>(messages.recent());
  useEffect(() => {
    const done = messages.want();
    const timer = setInterval(() => setSeen(messages.recent()), 400);
    return () => {
      clearInterval(timer);
      done();
    };
  }, [messages]);
  return (
    <section className="part-section">
      <h3 className="cap">{t`Requests as they are answered`}</h3>
      {seen.length === 0 && <p className="dimmer">{t`None since you look here. Kubelets renew their leases every 10 seconds.`}</p>}
      <ul className="request-list">
        {seen.slice(-requestsShown).reverse().map((request) => (
          <li key={`${request.id}/${request.at}`}>
            <details>
              <summary className={stateClass(request.code < 400 ? "ok" : "failed")}>
                <span className="state mono">{request.code}</span>
                <span className="mono">{request.verb}</span>
                <span className="ell">{request.path.split("/").slice(-2).join("/")}</span>
                <time className="mono dimmer">{clockText(request.at).replace(/^00:0?/, "")}</time>
              </summary>
              <p className="mono request-path">{request.path}</p>
              <p className="dim">{t`from ${request.from === "" ? t`an unknown client` : request.from}`}</p>
              <dl className="stage-verdicts">
                {request.stages.map(([stage, verdict]) => (
                  <div key={stage}>
                    <dt>{stage}</dt>
                    <dd>{verdict}</dd>
                  </div>
                ))}
              </dl>
            </details>
          </li>
        ))}
      </ul>
    </section>
  );
}
