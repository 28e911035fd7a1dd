import { memo, useEffect } from "react";
import { isJsonObject, type Json, type JsonObject } from "../../../base/json.ts";
import { useApp, useCluster, useFact } from "../../app/appModel.ts";
import { succeeded } from "../../engine/failureText.ts";
import { useLive } from "../../engine/useLive.ts";
import { t } from "../../language/text.ts";
import { glyphs } from "../../selectors/stateWords.ts";
import type { Wire } from "../../selectors/trafficModel.ts";
import { ItemFill } from "../ItemBox.tsx";
import { atMost, type LensDefinition, type LensItem } from "../lens.ts";
import { useStageStore } from "../stageStore.ts";
import "./lenses.css";
import { isOfMachineRoom, readGrants, readPolicy, type Grant, type Peer, type PolicyView } from "./policyRules.ts";

const mostBoxes = 8;
const mostPolicies = 24;
/** Bindings of the machine room and of the API's own bootstrap policy are left out: they are many, and nobody here made them. */
const ownBindings = "kubernetes.io/bootstrapping!=rbac-defaults";

interface PolicyExtra {
  readonly policies: readonly JsonObject[];
  /** Null: not kept of that time. */
  readonly grants: readonly Grant[] | null;
}

const PolicyBox = memo(function PolicyBox({ item }: { readonly item: LensItem }) {
  const fact = useFact(item.id);
  const view = item.data as PolicyView;
  if (fact === null) return null;
  // The kind says of itself whether packets obey it.
  const onPaper = fact.sentence.includes("not filtered");
  return (
    <ItemFill uid={item.id} className={`card st-${onPaper ? "warning" : "ok"}`} label={item.name} title={fact.sentence}>
      <span className="card-head">
        <b className="ell">{fact.ref.name}</b>
        <span className="dimmer">{view.types.join(", ").toLowerCase()}</span>
      </span>
      <span className="card-body">
        <span className="host ell">{view.selector === "" ? t`all pods` : view.selector}</span>
        <span className="host ell">{onPaper ? <span className="state">{t`${glyphs.warning} packets are not filtered yet`}</span> : <span className="dimmer">{t`${view.pods.length} pods, default deny`}</span>}</span>
      </span>
    </ItemFill>
  );
});

const PeerBox = memo(function PeerBox({ item }: { readonly item: LensItem }) {
  const peer = item.data as Peer;
  return (
    <div className="card peer" title={item.name}>
      <span className="micro dimmer">{peer.direction}</span>
      <span className="ell">{peer.who}</span>
      <span className="micro dimmer ell">{peer.ports}</span>
    </div>
  );
});

const GrantBox = memo(function GrantBox({ item }: { readonly item: LensItem }) {
  const grant = item.data as Grant;
  return (
    <div className="card grant" title={t`${grant.binding} gives ${grant.role}`}>
      <span className="ell">
        <b>{grant.subjects.join(", ") || t`nobody`}</b>
      </span>
      <span className="ell dim">
        {grant.role}
        <span className="dimmer"> {grant.namespace === "" ? t`everywhere` : t`in ${grant.namespace}`}</span>
      </span>
      <span className="micro mono ell" title={grant.rules.join("\n")}>
        {grant.rules[0] ?? t`no rule`}
        {grant.rules.length > 1 ? t` and ${grant.rules.length - 1} more` : ""}
      </span>
    </div>
  );
});

const Hint = memo(function Hint({ item }: { readonly item: LensItem }) {
  return <div className="vacant micro lens-hint">{String(item.data)}</div>;
});

const Head = memo(function Head({ item }: { readonly item: LensItem }) {
  return <div className="cap column-head">{item.name}</div>;
});

function itemsOf(body: Json): readonly JsonObject[] {
  const items = isJsonObject(body) ? body["items"] : undefined;
  return Array.isArray(items) ? items.filter(isJsonObject) : [];
}

function keyOf(kind: string, role: JsonObject): string {
  const metadata = isJsonObject(role["metadata"]) ? role["metadata"] : {};
  return `${kind}/${String(metadata["namespace"] ?? "")}/${String(metadata["name"])}`;
}

/** Reads the policies as they are written, and what bindings grant. */
function Source() {
  const { client, cluster } = useApp();
  const stage = useStageStore();
  const past = useCluster((state) => state.lookingAt !== null);
  const list = async (path: string, query: Readonly<Record<string, string>> = {}) => {
    const answer = await client.read({ verb: "list", path, query });
    return succeeded(answer) ? itemsOf(answer.body) : [];
  };
  const grantsNow = async (): Promise<readonly Grant[]> => {
    const root = "/apis/rbac.authorization.k8s.io/v1";
    const [cluster_, spaced] = await Promise.all([list(`${root}/clusterrolebindings`, { labelSelector: ownBindings }), list(`${root}/rolebindings`, { labelSelector: ownBindings })]);
    const bindings = [...cluster_, ...spaced].filter((binding) => !isOfMachineRoom(binding));
    if (bindings.length === 0) return [];
    const [roles, clusterRoles] = await Promise.all([list(`${root}/roles`), list(`${root}/clusterroles`)]);
    return readGrants(bindings, new Map([...roles.map((role): [string, JsonObject] => [keyOf("Role", role), role]), ...clusterRoles.map((role): [string, JsonObject] => [keyOf("ClusterRole", role), role])]));
  };
  const extra = useLive<PolicyExtra>(
    "policy",
    async () => {
      const uids = [...cluster.getState().facts.values()].filter(({ plural }) => plural === "networkpolicies").slice(0, mostPolicies);
      const policies = await Promise.all(uids.map(({ uid }) => client.ask<Json>({ type: "object", uid })));
      return { policies: policies.filter(isJsonObject), grants: past ? null : await grantsNow() };
    },
    () => 1_500,
  );
  useEffect(() => {
    if (extra !== null) stage.getState().takeExtra("policy", extra);
  }, [extra, stage]);
  return null;
}

/** Who may talk to whom, and who may do what. */
export const policyLens: LensDefinition = {
  id: "policy",
  picture({ model, extra }) {
    const { policies, grants } = (extra as PolicyExtra | null) ?? { policies: [], grants: [] };
    const pods = [...model.waiting, ...[...model.podsByNode.values()].flat()];
    const peers = new Map<string, LensItem>();
    const boxes: LensItem[] = [];
    const wires: Wire[] = [];
    for (const policy of policies.length > 0 ? policies : []) {
      const view = readPolicy(policy, pods);
      const metadata = isJsonObject(policy["metadata"]) ? policy["metadata"] : {};
      boxes.push({ id: view.uid, type: "policy", height: 74, name: t`NetworkPolicy ${String(metadata["namespace"])}/${String(metadata["name"])} about ${view.pods.length} pods`, data: view });
      for (const peer of view.peers) {
        peers.set(peer.id, { id: peer.id, type: "peer", height: 58, name: `${peer.direction} ${peer.who}, ${peer.ports}`, data: peer });
        wires.push({ id: `${peer.id}>${view.uid}`, from: peer.id, to: view.uid, open: true });
      }
      for (const pod of view.pods) wires.push({ id: `${view.uid}>${pod}`, from: view.uid, to: pod, open: view.peers.length > 0 });
    }
    const hint = (id: string, text: string, height: number): LensItem => ({ id, type: "hint", height, name: text, data: text });
    const head = (name: string): LensItem => ({ id: `head-${name}`, type: "head", height: 14, name });
    const known = extra !== null && model.nodes.length > 0;
    const who = !known ? [] : grants === null ? [hint("grants-past", t`Not kept: what bindings granted at that time.`, 42)] : grants.length === 0 ? [hint("no-grant", t`No RoleBinding of yours. RBAC has no deny: what no binding allows is refused.`, 56)] : atMost(grants.map((grant): LensItem => ({ id: `grant-${grant.uid}`, type: "grant", height: 64, name: `${grant.subjects.join(", ")}: ${grant.role}, ${grant.rules.join("; ")}`, data: grant })), 4, "grants");
    const talk = known && boxes.length === 0 ? [hint("no-policy", t`No NetworkPolicy: every pod takes traffic from everywhere. The first one about a pod turns that into deny.`, 70)] : atMost(boxes, mostBoxes, "policies");
    return {
      columns: [
        { x: 0, width: 132, gap: 10, items: peers.size === 0 ? [] : [head(t`allowed peers`), ...atMost([...peers.values()], mostBoxes, "peers")] },
        { x: 180, width: 232, gap: 10, items: known ? [head(t`who may talk to whom`), ...talk, { ...head(t`who may do what`), height: 26 }, ...who] : [] },
      ],
      wires,
    };
  },
  boxes: { policy: PolicyBox, peer: PeerBox, grant: GrantBox, hint: Hint, head: Head },
  Source,
};
