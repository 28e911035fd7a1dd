import { memo } from "react";
import type { GraphFact } from "../../../hosts/protocol.ts";
import { useFact } from "../../app/appModel.ts";
import { plural, t } from "../../language/text.ts";
import { glyphs, readyWords, stateClass } from "../../selectors/stateWords.ts";
import { isMachineRoom, type Wire } from "../../selectors/trafficModel.ts";
import { ItemFill } from "../ItemBox.tsx";
import { atMost, type LensDefinition, type LensInput, type LensItem } from "../lens.ts";
import "./lenses.css";
import { cellsHeight, ReplicaCells, replicasOf, type Replicas } from "./ReplicaCells.tsx";

const mostOwners = 8;
/** Of each Deployment's ReplicaSets without pods so many are drawn: the newest, to go back to. */
const keptShown = 1;

interface OwnerData {
  /** Null where others show them. */
  readonly replicas: Replicas | null;
  readonly kept: boolean;
  readonly under: boolean;
}

/** A workload: how many there should be, how many there are, and each of them as a cell. */
const Owner = memo(function Owner({ item }: { readonly item: LensItem }) {
  const fact = useFact(item.id);
  if (fact === null || fact.summary.tier !== "workload") return null;
  const { replicas, kept, under } = item.data as OwnerData;
  const { desired, updated, revision, rails } = fact.summary;
  const name = under ? fact.ref.name.split("-").at(-1) : fact.ref.name;
  return (
    <ItemFill uid={item.id} className={`card owner ${stateClass(kept ? "unknown" : fact.health)}${kept ? " kept" : ""}`} label={item.name} title={`${fact.ref.gvk.kind} ${fact.ref.namespace}/${fact.ref.name}: ${fact.sentence}`}>
      <span className="card-head">
        <b className="ell">{name}</b>
        <span className="dimmer">{fact.ref.gvk.kind}</span>
      </span>
      <span className="card-body">
        <span className="pair">
          {kept ? <span className="dimmer">{t`${glyphs.owed} kept to go back to`}</span> : (
            <span>
              <span className="state">{glyphs[fact.health]}</span>{" "}{readyWords(fact)}
            </span>
          )}
          {/* Of a ControllerRevision the part that tells it from its siblings. */}
          {revision !== "" && <span className="dimmer ell">{t`rev ${revision.slice(revision.lastIndexOf("-") + 1)}`}</span>}
        </span>
        {!under && rails !== undefined && (
          <span className="pair dimmer micro">
            <span>
              {t`at most +${rails.surge} −${rails.unavailable}`}
            </span>
            {updated < desired && <span>{t`${updated} updated`}</span>}
          </span>
        )}
        {replicas !== null && replicas.cells !== "" && <ReplicaCells replicas={replicas} />}
      </span>
    </ItemFill>
  );
});

const Bare = memo(function Bare({ item }: { readonly item: LensItem }) {
  return (
    <div className="card bare st-warning">
      <span className="card-head">
        <b>{t`nobody`}</b>
        <span className="dimmer">{t`owns ${String(item.data)}`}</span>
      </span>
      <span className="card-body dimmer micro">{t`nobody makes them again`}</span>
    </div>
  );
});

const NoOwner = memo(function NoOwner({ item }: { readonly item: LensItem }) {
  return <div className="vacant micro lens-hint">{String(item.data)}</div>;
});

function byAge(a: GraphFact, b: GraphFact): number {
  return a.createdAt === b.createdAt ? (a.ref.name < b.ref.name ? 1 : -1) : a.createdAt < b.createdAt ? 1 : -1;
}

/** Who owns what, of the person's own namespaces, children newest first. */
function ownedBy({ facts, edges }: LensInput): { readonly owned: Map<string, GraphFact[]>; readonly ownedUids: Set<string> } {
  const owned = new Map<string, GraphFact[]>();
  const ownedUids = new Set<string>();
  for (const edge of edges.values()) {
    if (edge.relation !== "owns") continue;
    const child = facts.get(edge.to);
    if (child === undefined || (child.summary.tier !== "pod" && child.summary.tier !== "workload")) continue;
    ownedUids.add(edge.to);
    const list = owned.get(edge.from);
    if (list === undefined) owned.set(edge.from, [child]);
    else list.push(child);
  }
  return { owned, ownedUids };
}

function ownerItem(fact: GraphFact, pods: readonly GraphFact[], under: boolean, hasInner: boolean): LensItem {
  const summary = fact.summary.tier === "workload" ? fact.summary : null;
  const desired = summary?.desired ?? 0;
  const kept = under && desired === 0 && pods.length === 0;
  // Where ReplicaSets stand between, they show the replicas.
  const replicas = kept || hasInner ? null : replicasOf(pods, desired);
  const rails = !under && summary?.rails !== undefined ? 14 : 0;
  const words = kept ? t`kept to go back to` : t`${summary?.ready ?? 0} of ${desired} ready${replicas !== null && replicas.owed > 0 ? t`, ${replicas.owed} still owed` : ""}`;
  return { id: fact.uid, type: "owner", height: 56 + rails + (replicas === null || replicas.cells === "" ? 0 : cellsHeight(replicas) + 4), name: `${fact.ref.gvk.kind} ${fact.ref.namespace}/${fact.ref.name}, ${words}`, fact, data: { replicas, kept, under } satisfies OwnerData };
}

/** Who owns whom: Deployment -> ReplicaSets -> pods. What is desired and not there yet is drawn as ghosts. */
export const ownershipLens: LensDefinition = {
  id: "ownership",
  picture(input) {
    const { model, facts } = input;
    const { owned, ownedUids } = ownedBy(input);
    const tops: LensItem[] = [];
    const inners: LensItem[] = [];
    const wires: Wire[] = [];
    const wire = (from: string, to: GraphFact): void => void wires.push({ id: `${from}>${to.uid}`, from, to: to.uid, open: !to.deleting });
    // Who owns pods stands in the column before them, whoever owns it: no wire to a pod runs behind another card.
    for (const top of model.workloads) {
      const children = owned.get(top.uid) ?? [];
      const inner = children.filter(({ summary }) => summary.tier === "workload").sort(byAge);
      const pods = children.filter(({ summary }) => summary.tier === "pod");
      const ownsOwners = inner.length > 0 || top.plural === "deployments" || top.plural === "cronjobs";
      if ((ownsOwners ? tops : inners).length < mostOwners) {
        let kept = 0;
        for (const child of inner) {
          const own = (owned.get(child.uid) ?? []).filter(({ summary }) => summary.tier === "pod");
          const empty = own.length === 0 && child.summary.tier === "workload" && child.summary.desired === 0;
          if (empty && ++kept > keptShown) continue;
          inners.push(ownerItem(child, own, true, false));
          wires.push({ id: `${top.uid}>${child.uid}`, from: top.uid, to: child.uid, open: !empty });
          for (const pod of own) wire(child.uid, pod);
        }
        for (const pod of pods) wire(top.uid, pod);
      }
      (ownsOwners ? tops : inners).push(ownerItem(top, pods, false, inner.length > 0));
    }
    const bare = [...facts.values()].filter(({ uid, ref, summary }) => summary.tier === "pod" && !isMachineRoom(ref.namespace) && !ownedUids.has(uid));
    if (bare.length > 0) {
      inners.push({ id: "nobody", type: "bare", height: 56, name: t`Nobody owns ${bare.length} ${plural(bare.length, "pod", "pods")}`, data: bare.length === 1 ? t`1 pod` : t`${bare.length} pods` });
      for (const pod of bare) wire("nobody", pod);
    }
    if (tops.length + inners.length === 0 && model.nodes.length > 0) tops.push({ id: "vacant-workload", type: "hint", height: 82, name: t`nothing owns anything yet`, data: t`Nothing of yours owns anything yet. A Deployment makes a ReplicaSet, which makes the pods.` });
    return {
      columns: [
        { x: 0, width: 176, gap: 16, items: atMost(tops, mostOwners, "workloads") },
        { x: 232, width: 176, gap: 14, items: atMost(inners, mostOwners, "replicasets") },
      ],
      wires,
    };
  },
  boxes: { owner: Owner, bare: Bare, hint: NoOwner },
};
