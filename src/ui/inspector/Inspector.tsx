import { Tabs } from "radix-ui";
import { Pin, Terminal } from "lucide-react";
import { lazy, Suspense, useState } from "react";
import type { GraphFact } from "../../hosts/protocol.ts";
import { useApp, useCluster, useFact, useFlows, useView } from "../app/appModel.ts";
import { Reading } from "../app/Reading.tsx";
import { EventTable } from "../dock/EventsPane.tsx";
import { PodLog } from "../dock/LogsPane.tsx";
import { faultLabel, faultTarget, happensOnce } from "../dock/faultTypes.ts";
import { useLive } from "../engine/useLive.ts";
import { t } from "../language/text.ts";
import { shortClock } from "../selectors/clockText.ts";
import { glyphs, stateClass } from "../selectors/stateWords.ts";
import { togglePin } from "../stores/viewStore.ts";
import { eventLines } from "../stores/eventStore.ts";
import { Term } from "../terms/Term.tsx";
import { Acts } from "./Acts.tsx";
import { ClusterSummary } from "./ClusterSummary.tsx";
import { FlowTrace } from "./FlowTrace.tsx";
import "./inspector.css";
import { WhyRail } from "./WhyRail.tsx";

// What is looked at now and then is fetched then.
const DecisionView = lazy(() => import("./DecisionView.tsx").then((module) => ({ default: module.DecisionView })));
const HistoryView = lazy(() => import("./HistoryView.tsx").then((module) => ({ default: module.HistoryView })));
const KubectlList = lazy(() => import("./KubectlList.tsx").then((module) => ({ default: module.KubectlList })));
const LifecycleView = lazy(() => import("./LifecycleView.tsx").then((module) => ({ default: module.LifecycleView })));
const MetricsView = lazy(() => import("../metrics/MetricsView.tsx").then((module) => ({ default: module.MetricsView })));
const NotSimulated = lazy(() => import("./NotSimulated.tsx").then((module) => ({ default: module.NotSimulated })));
const PartView = lazy(() => import("./PartView.tsx").then((module) => ({ default: module.PartView })));
const RulesView = lazy(() => import("./RulesView.tsx").then((module) => ({ default: module.RulesView })));
const WaitingSentence = lazy(() => import("./WaitingSentence.tsx").then((module) => ({ default: module.WaitingSentence })));
const YamlView = lazy(() => import("./YamlView.tsx").then((module) => ({ default: module.YamlView })));

interface View {
  readonly id: string;
  readonly label: string;
  readonly render: (fact: GraphFact) => React.ReactNode;
}

const views: readonly (View & { readonly tiers: readonly string[] | null })[] = [
  { id: "why", label: t`Why`, tiers: null, render: (fact) => <WhyRail uid={fact.uid} /> },
  { id: "decision", label: t`Decision`, tiers: ["pod"], render: (fact) => <DecisionView fact={fact} /> },
  { id: "lifecycle", label: t`Life`, tiers: ["pod"], render: (fact) => <LifecycleView fact={fact} /> },
  { id: "rules", label: t`Rules`, tiers: ["node"], render: (fact) => <RulesView node={fact.ref.name} /> },
  { id: "yaml", label: "YAML", tiers: null, render: (fact) => <YamlView fact={fact} /> },
  { id: "history", label: t`History`, tiers: null, render: (fact) => <HistoryView fact={fact} /> },
  { id: "events", label: t`Events`, tiers: null, render: (fact) => <ObjectEvents fact={fact} /> },
  { id: "metrics", label: t`Metrics`, tiers: ["pod", "node", "workload", "edge"], render: (fact) => <MetricsView fact={fact} /> },
  { id: "logs", label: t`Logs`, tiers: ["pod"], render: (fact) => <PodLog fact={fact} /> },
];

function ObjectEvents({ fact }: { readonly fact: GraphFact }) {
  const { client } = useApp();
  const namespace = fact.ref.namespace === "" ? "default" : fact.ref.namespace;
  const past = useCluster((state) => state.lookingAt !== null);
  const { gvk, name } = fact.ref;
  const lines = useLive(`events/${fact.uid}`, async () =>
    past ? eventLines(await client.ask({ type: "events", limit: 200, about: { kind: gvk.kind, namespace: fact.ref.namespace, name } })) : eventLines((await client.read({ verb: "list", path: `/api/v1/namespaces/${namespace}/events`, query: { fieldSelector: `involvedObject.name=${fact.ref.name}`, limit: "200" } })).body).filter((line) => line.name === fact.ref.name && line.kind === fact.ref.gvk.kind),
  );
  if (lines === null) return <Reading>{t`Reading the events.`}</Reading>;
  if (lines.length === 0) return <p className="empty">{past ? t`No events about this object by then.` : t`No events about this object. The API forgets events after an hour.`}</p>;
  return (
    <ol className="event-list">
      {lines.slice(0, 60).map((line) => (
        <EventItem key={line.uid} line={line} />
      ))}
    </ol>
  );
}

function EventItem({ line }: { readonly line: Parameters<typeof EventTable>[0]["lines"][number] }) {
  const epochUs = useCluster((state) => state.epochUs);
  const warns = line.type === "Warning";
  return (
    <li className={warns ? "st-warning" : "st-unknown"}>
      <div>
        <b className={warns ? "state" : ""}>
          {warns && "▲ "}
          <Term of={line.reason} />
        </b>
        <span className="dimmer">
          {" "}
          {line.component}
          {line.count > 1 ? ` ×${line.count}` : ""}
        </span>
        <time className="mono dimmer">{shortClock(line.atMs * 1000 - epochUs)}</time>
      </div>
      <div className="dim">{line.message}</div>
    </li>
  );
}

function ObjectInspector({ uid }: { readonly uid: string }) {
  const { view } = useApp();
  const fact = useFact(uid);
  const [last, setLast] = useState<GraphFact | null>(fact);
  const [tab, setTab] = useState("why");
  const [kubectl, setKubectl] = useState(false);
  const pinned = useView(({ pins }) => pins.includes(uid));
  const standing = useCluster((state) => state.faults);
  const past = useCluster((state) => state.lookingAt !== null);
  if (fact !== null && fact !== last) setLast(fact);
  const shown = fact ?? (last?.uid === uid ? last : null);
  if (shown === null) {
    return (
      <div className="inspector">
        <p className="empty">{past ? t`This object was not there at that time.` : t`This object is no longer there.`}</p>
      </div>
    );
  }
  const gone = fact === null;
  const waits = shown.summary.tier === "pod" && shown.node === null;
  const faults = standing.filter((fault) => fault.target === faultTarget(shown) && !happensOnce(fault.type));
  const health = shown.deleting ? "terminating" : shown.health;
  const own = views.filter(({ id, tiers }) => (tiers === null || tiers.includes(shown.summary.tier)) && (id !== "metrics" || shown.ref.gvk.kind !== "Ingress"));
  const active = own.some(({ id }) => id === tab) ? tab : "why";
  return (
    <div className="inspector">
      <div className="inspector-top">
        <div className="small dim inspector-kind">
          <Term of={shown.ref.gvk.kind} inTabOrder />
          {shown.ref.namespace === "" ? "" : ` · ${shown.ref.namespace}`}
          <span className="inspector-tools">
            <button className="inspector-tool" aria-pressed={kubectl} aria-label={t`As kubectl commands`} title={t`As kubectl commands`} onClick={() => setKubectl(!kubectl)}>
              <Terminal size={12} />
            </button>
            <button className="inspector-tool" aria-pressed={pinned} aria-label={pinned ? t`Unpin` : t`Pin`} title={`${pinned ? t`Unpin` : t`Pin: keeps it in sight in every lens`} (P)`} onClick={() => togglePin(view, uid)}>
              <Pin size={12} />
            </button>
          </span>
          <button className="inspector-close" aria-label={t`Close`} title={t`Select nothing (Esc)`} onClick={() => view.setState({ selection: null })}>
            ✕
          </button>
        </div>
        <h2 className="mono inspector-name">{shown.ref.name}</h2>
        <p className={`say ${gone ? "st-unknown" : stateClass(health)}`} aria-live="polite">
          <span className="state" aria-hidden="true">
            {gone ? glyphs.terminating : glyphs[health]}
          </span>{" "}
          {gone ? (past ? t`It was not there at that time.` : t`It is gone: this is the last that was known of it.`) : waits ? <Suspense fallback={shown.sentence}><WaitingSentence sentence={shown.sentence} /></Suspense> : shown.sentence}
        </p>
        {!gone && faults.length > 0 && (
          <p className="small dim st-warning inspector-fault">
            <span className="state">▲ {faults.map((fault) => faultLabel(fault.type)).join(", ")}:</span>{" "}{t`a fault is set here. The sentence above is what the API knows of it.`}
          </p>
        )}
        {!gone && shown.summary.tier === "pod" && (
          <Suspense fallback={null}>
            <NotSimulated fact={shown} />
          </Suspense>
        )}
        {!gone && <Acts fact={shown} />}
        {kubectl && (
          <Suspense fallback={<OnItsWay />}>
            <KubectlList fact={shown} />
          </Suspense>
        )}
      </div>
      <Tabs.Root className="inspector-tabs" value={active} onValueChange={setTab}>
        <Tabs.List className="tabs" aria-label={t`Inspector`}>
          {own.map(({ id, label }) => (
            <Tabs.Trigger key={id} className="tab" value={id}>
              {label}
            </Tabs.Trigger>
          ))}
        </Tabs.List>
        {own.map(({ id, render }) => (
          <Tabs.Content key={id} className="inspector-body" value={id}>
            {gone && past ? <p className="empty">{t`Nothing to show: it was made later, or was gone by then.`}</p> : <Suspense fallback={<OnItsWay />}>{render(shown)}</Suspense>}
          </Tabs.Content>
        ))}
      </Tabs.Root>
    </div>
  );
}

/** Of what is fetched when it is first looked at. */
function OnItsWay() {
  return <p className="empty">{t`This view is on its way.`}</p>;
}

function FlowInspector({ id }: { readonly id: string }) {
  const { view } = useApp();
  const recent = useFlows((state) => state.failed.find((one) => one.id === id) ?? state.recent.find((one) => one.id === id) ?? null);
  const [flow, setFlow] = useState(recent);
  // The rings turn; a request that is looked at stays.
  if (recent !== null && recent !== flow) setFlow(recent);
  if (flow === null) return null;
  return <FlowTrace flow={flow} onClose={() => view.setState({ selection: null })} />;
}

/** The right side: whatever is selected, in a sentence first, then why. */
export function Inspector() {
  const selection = useView((state) => state.selection);
  useCluster((state) => state.running);
  return (
    <aside className="inspector-pane" aria-label={t`Inspector`}>
      {selection === null && <ClusterSummary />}
      {selection?.type === "object" && <ObjectInspector key={selection.uid} uid={selection.uid} />}
      {selection?.type === "part" && (
        <Suspense fallback={<OnItsWay />}>
          <PartView key={`${selection.process}#${selection.part ?? ""}`} process={selection.process} part={selection.part} />
        </Suspense>
      )}
      {selection?.type === "flow" && <FlowInspector key={selection.id} id={selection.id} />}
    </aside>
  );
}
