import { memo, useEffect } from "react";
import { defaultClusterSpec } from "../../../cluster/clusterSpec.ts";
import { useApp, useCluster, useView } from "../../app/appModel.ts";
import { apiServer, cloudManager, etcd, manager, people, scheduler, type RequestTrace } from "../../app/messages.ts";
import { useLive } from "../../engine/useLive.ts";
import { t } from "../../language/text.ts";
import { partState } from "../../selectors/partState.ts";
import { busiest, waitingIn, type ControllerQueue, type Queues, type SchedulerQueue } from "../../selectors/queues.ts";
import { glyphs } from "../../selectors/stateWords.ts";
import type { Wire } from "../../selectors/trafficModel.ts";
import { ItemBox, ItemFill } from "../ItemBox.tsx";
import type { LensDefinition, LensItem } from "../lens.ts";
import { useStage, useStageStore } from "../stageStore.ts";
import "./lenses.css";

const mostControllers = 8;
const managerHead = 30;
const controllerRow = 18;
const managerFoot = 20;
/** As the style has it. */
const queueBarWidth = 30;
const apiServerHeight = 172;
const etcdHeight = 58;
const doorGap = 28;
const doorHeight = apiServerHeight + doorGap + etcdHeight;

interface ControlExtra {
  /** Null: who has them does not answer; undefined: not asked yet, or of the past, whose queues are not kept. */
  readonly queues: Queues | null | undefined;
  /** The newest request that was no watch; null before one is seen, and of the past. */
  readonly last: RequestTrace | null;
  readonly perSecond: number;
  readonly refused: number;
  readonly cloud: boolean;
}

function PartGlyph({ running }: { readonly running: boolean }) {
  return <span className={`state st-${running ? "ok" : "failed"}`}>{running ? glyphs.ok : glyphs.failed}</span>;
}

/** A process of the control plane as a box: whether it runs, and what it is about. */
function ProcessBox({ item, process, title, children }: { readonly item: LensItem; readonly process: string; readonly title: string; readonly children?: React.ReactNode }) {
  const state = useCluster((one) => partState(one, process, null));
  return (
    <ItemFill uid={item.id} selects={{ type: "part", process, part: null }} className={`card part st-${state === "running" ? "ok" : "failed"}`} label={`${item.name}, ${state}`}>
      <span className="card-head">
        <PartGlyph running={state === "running"} />
        <b className="ell">{title}</b>
        {state !== "running" && <span className="state part-word">{state}</span>}
      </span>
      {children}
    </ItemFill>
  );
}

const EtcdBox = memo(function EtcdBox({ item }: { readonly item: LensItem }) {
  const revision = useCluster((state) => state.revision);
  return (
    <ProcessBox item={item} process={etcd} title="etcd">
      <span className="card-body">
        <span className="pair">
          <span className="dimmer">{t`what is stored`}</span>
          <span className="mono">{t`rev ${revision}`}</span>
        </span>
      </span>
    </ProcessBox>
  );
});

const stages = [
  ["authentication", t`who is it`],
  ["authorization", t`may they`],
  ["mutatingAdmission", t`filled in`],
  ["validatingAdmission", t`allowed in`],
  ["persist", "written"],
] as const;

/** The API server and its stages, with what each said to the newest request. */
const ApiServerBox = memo(function ApiServerBox({ item }: { readonly item: LensItem }) {
  const extra = useStage((state) => state.extra as ControlExtra | null);
  const last = extra?.last ?? null;
  const past = useCluster((state) => state.lookingAt !== null);
  const verdicts = new Map(last?.stages ?? []);
  const refusedAt = verdicts.has("refused") ? stages.findIndex(([stage]) => !verdicts.has(stage)) : -1;
  return (
    <ProcessBox item={item} process={apiServer} title="kube-apiserver">
      <span className="card-body">
        <span className="pair">
          <span className="dimmer">{t`requests`}</span>
          <span className="mono">{past ? "–" : `${extra?.perSecond ?? 0}/s`}</span>
        </span>
        <ol className="stage-list micro">
          {stages.map(([stage, words], index) => {
            const passed = verdicts.has(stage);
            const refused = index === refusedAt;
            return (
              <li key={stage} className={refused ? "st-failed" : passed ? "st-ok passed" : ""} title={verdicts.get(stage)}>
                <i />
                {words}
              </li>
            );
          })}
        </ol>
        <span className="micro mono ell dimmer api-last" title={last === null ? "" : `${last.verb} ${last.path}`}>
          {last === null ? (past ? t`of then none is kept` : t`none since you look here`) : `${last.code} ${last.verb} ${last.path.split("/").slice(-2).join("/")}`}
        </span>
      </span>
    </ProcessBox>
  );
});

const SchedulerBox = memo(function SchedulerBox({ item }: { readonly item: LensItem }) {
  const queue = item.data as SchedulerQueue | null | undefined;
  const past = useCluster((one) => one.lookingAt !== null);
  return (
    <ProcessBox item={item} process={scheduler} title="kube-scheduler">
      <span className="card-body queue-line micro">
        {past && <span className="dimmer whole-line">{t`what waited then is not kept`}</span>}
        {queue === null && <span className="dimmer">{t`does not answer`}</span>}
        {queue !== null &&
          queue !== undefined &&
          (["active", "backoff", "unschedulable", "gated"] as const).map((place) => (
            <span key={place} className={queue[place] > 0 ? (place === "unschedulable" ? "st-warning" : "st-progressing") : "dimmer"}>
              <b className={queue[place] > 0 ? "state" : ""}>{queue[place]}</b> {place === "unschedulable" ? t`no place` : place === "active" ? t`queued` : place}
            </span>
          ))}
      </span>
    </ProcessBox>
  );
});

const CloudBox = memo(function CloudBox({ item }: { readonly item: LensItem }) {
  return <ProcessBox item={item} process={cloudManager} title="cloud-controller" />;
});

const PeopleBox = memo(function PeopleBox() {
  return (
    <section className="card" aria-label={t`You`}>
      <span className="card-head">
        <b>{t`you`}</b>
        <span className="dimmer">{t`this page, kubectl`}</span>
      </span>
    </section>
  );
});

/** One controller: its queue as a bar, and how much waits in it. */
function ControllerLine({ queue, row }: { readonly queue: ControllerQueue; readonly row: number }) {
  const state = useCluster((one) => partState(one, manager, queue.part));
  const waiting = waitingIn(queue);
  const running = state === "running" && queue.state === "running";
  return (
    <ItemFill uid={`${manager}#${queue.part}`} selects={{ type: "part", process: manager, part: queue.part }} className="controller-line" style={{ gridRow: row }} label={t`${queue.part} controller, ${running ? t`running` : t`stopped`}, ${waiting} waiting`}>
      <PartGlyph running={running} />
      <span className="ell">{queue.part}</span>
      <i className="queue-bar" style={{ borderLeftWidth: waiting === 0 ? 0 : Math.min(queueBarWidth, 5 + Math.log2(waiting) * 4) }} />
      <span className={`mono${waiting === 0 ? " dimmer" : ""}`}>{waiting}</span>
    </ItemFill>
  );
}

const ManagerBox = memo(function ManagerBox({ item }: { readonly item: LensItem }) {
  const { shown, rest, silent } = item.data as { readonly shown: readonly ControllerQueue[]; readonly rest: number; readonly silent: boolean };
  const state = useCluster((one) => partState(one, manager, null));
  const past = useCluster((one) => one.lookingAt !== null);
  const selected = useView(({ selection }) => selection?.type === "part" && selection.process === manager && selection.part === null);
  return (
    <section className={`card part manager${selected ? " selected" : ""}`} aria-label={t`Controllers`}>
      <ItemBox uid={manager} selects={{ type: "part", process: manager, part: null }} className="manager-head" label={t`kube-controller-manager, ${state}`}>
        <span className="card-head">
          <PartGlyph running={state === "running"} />
          <b className="ell">{t`controller-manager`}</b>
          {state !== "running" && <span className="state st-failed part-word">{state}</span>}
        </span>
      </ItemBox>
      <div className="controllers micro">
        {shown.map((queue, index) => (
          <ControllerLine key={queue.part} queue={queue} row={index + 1} />
        ))}
      </div>
      <p className="micro dimmer controllers-rest">{past ? t`what waited then is not kept` : rest > 0 ? t`and ${rest} more controllers, quiet` : silent ? t`does not answer` : ""}</p>
    </section>
  );
});

/** Reads the queues, and has the requests told, while one looks. */
function Source() {
  const { client, messages, cluster, loaded } = useApp();
  const cloud = { ...defaultClusterSpec, ...loaded.scenario.cluster }.addons.includes("cloud");
  const stage = useStageStore();
  useEffect(() => messages.want(), [messages]);
  const past = useCluster((state) => state.lookingAt !== null);
  const seen = useLive(past ? null : "queues", async () => ({ queues: await client.ask<Queues | null>({ type: "queues", keys: 0 }) }), () => 500);
  useEffect(() => {
    const recent = messages.recent();
    const now = cluster.getState().now;
    const second = recent.filter(({ at }) => at > now - 1_000_000);
    // The page's own watching is not news.
    const last = recent.findLast(({ verb }) => verb !== "watch" && verb !== "list") ?? null;
    const extra: ControlExtra = { queues: past ? undefined : seen?.queues, last: past ? null : last, perSecond: second.length, refused: recent.filter(({ code }) => code >= 400).length, cloud };
    stage.getState().takeExtra("control", extra);
  }, [seen, past, stage, messages, cluster, cloud]);
  return null;
}

/** The control plane: what is stored, who decides, what waits, and the requests between them. */
export const controlLens: LensDefinition = {
  id: "control",
  elementCards: 8,
  picture({ model, machines, extra }) {
    const { queues, cloud = false } = (extra as ControlExtra | null) ?? {};
    const controllers = queues?.controllers ?? [];
    const shown = busiest(controllers, new Set(), mostControllers);
    const rest = controllers.length - shown.length;
    const managerItem: LensItem = {
      id: manager,
      type: "manager",
      height: managerHead + Math.max(1, shown.length) * controllerRow + managerFoot + 6,
      name: "kube-controller-manager",
      data: { shown: shown.map((one) => ({ ...one, adds: 0, retries: 0, delayed: 0 })), rest, silent: queues !== undefined && shown.length === 0 },
      inner: shown.map(({ part }, index) => ({ id: `${manager}#${part}`, y: managerHead + index * controllerRow, height: controllerRow })),
    };
    // The tray stands under etcd, where the column of the API server ends.
    const machinesBottom = machines.reduce((most, { box }) => Math.max(most, box.y + box.height), 0);
    const doorTop = Math.max(0, Math.max(90, machinesBottom / 2) - doorHeight / 2);
    const wire = (from: string, to: string): Wire => ({ id: `${from}>${to}`, from, to, open: true });
    return {
      columns: [
        {
          x: 0,
          width: 196,
          gap: 12,
          items: [
            { id: people, type: "people", height: 34, name: "you" },
            { id: scheduler, type: "scheduler", height: 68, name: "kube-scheduler", data: queues === undefined ? undefined : (queues?.scheduler ?? null) },
            managerItem,
            ...(cloud ? [{ id: cloudManager, type: "cloud", height: 34, name: "cloud-controller-manager" }] : []),
          ],
        },
        {
          x: 262,
          width: 168,
          gap: doorGap,
          items: [
            { id: apiServer, type: "apiserver", height: apiServerHeight, name: "kube-apiserver" },
            { id: etcd, type: "etcd", height: etcdHeight, name: "etcd" },
          ],
        },
      ],
      tray: { x: 240, y: Math.round(doorTop + doorHeight + 20) },
      wires: [wire(people, apiServer), wire(scheduler, apiServer), wire(manager, apiServer), ...(cloud ? [wire(cloudManager, apiServer)] : []), wire(apiServer, etcd), ...model.nodes.map(({ ref }) => wire(apiServer, `${ref.name}/kubelet`))],
    };
  },
  boxes: { etcd: EtcdBox, apiserver: ApiServerBox, scheduler: SchedulerBox, manager: ManagerBox, cloud: CloudBox, people: PeopleBox },
  Source,
  legend: [["•", "", t`request (watches are not drawn)`]],
};
