import type { GraphFact } from "../../hosts/protocol.ts";
import { useApp, useCluster } from "../app/appModel.ts";
import { glyphs, podAccessibleName, podWord, shortPodName, stateClass } from "../selectors/stateWords.ts";
import { useStage } from "./stageStore.ts";
import { ItemBox } from "./ItemBox.tsx";
import "./lists.css";

const podLimit = 40;

function Pod({ fact }: { readonly fact: GraphFact }) {
  const health = fact.deleting ? "terminating" : fact.health;
  return (
    <ItemBox uid={fact.uid} className={`own-pod pod ${stateClass(health)}`} label={podAccessibleName(fact)}>
      <span className="mono pod-name ell">
        {shortPodName(fact.ref.name)}
      </span>
      <span className="state pod-state">
        <span>{glyphs[health]}</span>
        <span className="ell">{podWord(fact)}</span>
      </span>
    </ItemBox>
  );
}

function Owner({ fact, depth, owned }: { readonly fact: GraphFact; readonly depth: number; readonly owned: ReadonlyMap<string, readonly GraphFact[]> }) {
  const children = owned.get(fact.uid) ?? [];
  const pods = children.filter(({ summary }) => summary.tier === "pod");
  const inner = children.filter(({ summary }) => summary.tier !== "pod");
  const summary = fact.summary.tier === "workload" ? fact.summary : null;
  const live = pods.filter(({ deleting }) => !deleting).length;
  const ghosts = summary === null || inner.length > 0 ? 0 : Math.max(0, summary.desired - live);
  // A ReplicaSet of an earlier revision keeps no pods: it is there to go back to.
  const kept = summary !== null && depth > 0 && summary.desired === 0 && pods.length === 0;
  return (
    <div className="own">
      <ItemBox uid={fact.uid} className={`own-head ${stateClass(fact.health)}`} label={`${fact.ref.gvk.kind} ${fact.ref.namespace}/${fact.ref.name}`}>
        <span className="state">
          {kept ? glyphs.owed : glyphs[fact.health]}
        </span>
        <span className="dimmer">
          {fact.ref.gvk.kind}
        </span>
        <span className="mono">
          {fact.ref.name}
        </span>
        {summary !== null && <span className="small dim">{kept ? "kept to roll back to" : `${summary.ready} of ${summary.desired} ready`}</span>}
        {summary !== null && summary.revision !== "" && <span className="small dimmer">revision {summary.revision}</span>}
      </ItemBox>
      {(pods.length > 0 || ghosts > 0) && (
        <div className="own-pods">
          {pods.slice(0, podLimit).map((pod) => (
            <Pod key={pod.uid} fact={pod} />
          ))}
          {Array.from({ length: Math.min(ghosts, 8) }, (_, index) => (
            <div key={index} className="own-pod pod ghost st-owed">
              <span className="mono pod-name">{fact.ref.name.split("-")[0]}</span>
              <span className="pod-state">{glyphs.owed} still owed</span>
            </div>
          ))}
          {pods.length > podLimit && <span className="dimmer small">and {pods.length - podLimit} more</span>}
        </div>
      )}
      {inner.map((child) => (
        <Owner key={child.uid} fact={child} depth={depth + 1} owned={owned} />
      ))}
    </div>
  );
}

/** Who owns whom: Deployment -> ReplicaSets -> pods. What is desired and not there yet is drawn as ghosts. */
export function OwnershipLens() {
  const { cluster } = useApp();
  useCluster((state) => state.change);
  const workloads = useStage((state) => state.model.workloads);
  const { facts, edges } = cluster.getState();
  const owned = new Map<string, GraphFact[]>();
  const ownedUids = new Set<string>();
  for (const edge of edges.values()) {
    const child = facts.get(edge.to);
    if (edge.relation !== "owns" || child === undefined || (child.summary.tier !== "pod" && child.summary.tier !== "workload")) continue;
    ownedUids.add(edge.to);
    const list = owned.get(edge.from);
    if (list === undefined) owned.set(edge.from, [child]);
    else list.push(child);
  }
  for (const list of owned.values()) list.sort((a, b) => (a.createdAt === b.createdAt ? (a.ref.name < b.ref.name ? -1 : 1) : a.createdAt < b.createdAt ? 1 : -1));
  const bare = [...facts.values()].filter(({ uid, ref, summary }) => summary.tier === "pod" && ref.namespace === "default" && !ownedUids.has(uid));
  return (
    <div className="list-lens">
      {workloads.length === 0 && bare.length === 0 && <p className="empty">Nothing of yours owns anything yet. Apply a Deployment and watch it make a ReplicaSet, which makes the pods.</p>}
      {workloads.map((fact) => (
        <Owner key={fact.uid} fact={fact} depth={0} owned={owned} />
      ))}
      {bare.length > 0 && (
        <div className="own">
          <p className="small dim">Pods that nobody owns: nobody will make them again.</p>
          <div className="own-pods">
            {bare.map((fact) => (
              <Pod key={fact.uid} fact={fact} />
            ))}
          </div>
        </div>
      )}
    </div>
  );
}
