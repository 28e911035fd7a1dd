import type { GraphFact } from "../../hosts/protocol.ts";
import { useApp, useCluster } from "../app/appModel.ts";
import { t } from "../language/text.ts";
import { clusterHealth, healthText } from "../selectors/clusterHealth.ts";
import { glyphs, readyWords, stateClass } from "../selectors/stateWords.ts";
import { isMachineRoom } from "../selectors/trafficModel.ts";

function sentence(facts: readonly GraphFact[], booting: boolean, stopped: boolean): string {
  if (stopped) return t`The engine stopped. What is shown is the last that it told.`;
  if (booting) return t`The cluster starts: the control plane first, then its nodes.`;
  if (!facts.some(({ summary }) => summary.tier === "node")) return t`No machine has joined the cluster.`;
  const down = facts.find(({ summary }) => summary.tier === "node" && !summary.ready);
  if (down !== undefined) return t`Something needs a look: Node ${down.ref.name} is not ready.`;
  const own = facts.filter(({ ref, summary }) => !isMachineRoom(ref.namespace) && (summary.tier === "workload" || summary.tier === "pod"));
  if (own.length === 0) return t`The cluster is ready and has nothing of yours to run yet. Apply the manifests on the left.`;
  const look = (fact: GraphFact) => t`Something needs a look: ${fact.ref.gvk.kind} ${fact.ref.name}.`;
  const failed = own.find(({ health }) => health === "failed");
  if (failed !== undefined) return look(failed);
  const edges = facts.filter(({ ref, summary }) => !isMachineRoom(ref.namespace) && summary.tier === "edge");
  if ([...own, ...edges].some(({ health, deleting }) => health === "progressing" || deleting)) return t`The cluster is on its way to what you asked for.`;
  const warned = own.find(({ health }) => health === "warning");
  if (warned !== undefined) return look(warned);
  return t`Everything you asked for is there.`;
}

function what(fact: GraphFact): string {
  const { summary } = fact;
  switch (summary.tier) {
    case "workload":
      return readyWords(fact);
    case "edge":
      return summary.rules.length > 0 ? (summary.rules[0]?.host ?? "") : summary.type;
    case "node":
      return summary.ready ? (summary.unschedulable ? t`cordoned` : t`ready`) : t`not ready`;
    default:
      return "";
  }
}

function Row({ fact }: { readonly fact: GraphFact }) {
  const { view } = useApp();
  const health = fact.deleting ? "terminating" : fact.health;
  return (
    <button className={`summary-row ${stateClass(health)}`} onClick={() => view.setState({ selection: { type: "object", uid: fact.uid } })}>
      <span className="state" aria-hidden="true">
        {glyphs[health]}
      </span>
      <span>
        <span className="dimmer">{fact.ref.gvk.kind}</span> {fact.ref.name}
      </span>
      <span className="small">{what(fact)}</span>
    </button>
  );
}

/** What the inspector tells while nothing is selected: the cluster in a sentence, and the way to each of its parts. */
export function ClusterSummary() {
  const { cluster } = useApp();
  useCluster((state) => state.change);
  const booting = useCluster((state) => state.booting);
  const stopped = useCluster((state) => state.failure !== null);
  const facts = [...cluster.getState().facts.values()];
  const byName = (a: GraphFact, b: GraphFact) => (a.ref.name < b.ref.name ? -1 : 1);
  const own = facts.filter(({ ref, summary, plural }) => !isMachineRoom(ref.namespace) && (summary.tier === "workload" || summary.tier === "edge") && plural !== "replicasets" && plural !== "endpointslices" && plural !== "endpoints" && ref.name !== "kubernetes" && plural !== "ingressclasses").sort(byName);
  const nodes = facts.filter(({ summary }) => summary.tier === "node").sort(byName);
  return (
    <div className="inspector">
      <div className="inspector-top">
        <div className="small dim">{t`Cluster`}</div>
        <h2 className="inspector-name">{stopped ? t`Stopped` : nodes.length === 0 && booting ? t`Starting` : healthText(clusterHealth(facts))}</h2>
        <p className="say">{sentence(facts, booting, stopped)}</p>
      </div>
      <div className="summary-list">
        {own.length > 0 && (
          <section>
            <h3 className="cap">{t`Yours`}</h3>
            {own.slice(0, 30).map((fact) => (
              <Row key={fact.uid} fact={fact} />
            ))}
          </section>
        )}
        {nodes.length > 0 && (
          <section>
            <h3 className="cap">{t`Machines`}</h3>
            {nodes.slice(0, 30).map((fact) => (
              <Row key={fact.uid} fact={fact} />
            ))}
          </section>
        )}
        {facts.length > 0 && <p className="small dimmer">{t`Select anything in the graph to see in a sentence how it is, and why.`}</p>}
      </div>
    </div>
  );
}
