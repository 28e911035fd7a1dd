import { useState } from "react";
import type { GraphFact } from "../../hosts/protocol.ts";
import { clearFault, cordon, deleteObject, forceDeletePod, restart, scale, setFault } from "../app/acts.ts";
import { useApp, useCluster, useStopped } from "../app/appModel.ts";
import { clusterDnsService } from "../../cluster/faults/dns.ts";
import { faultLabel, faultSentence, faultTarget } from "../dock/faultTypes.ts";
import { plural, t } from "../language/text.ts";

/** How many replicas the stepper reaches; the editor takes any number. */
const mostReplicas = 100;

function PodActs({ fact }: { readonly fact: GraphFact }) {
  const app = useApp();
  const [sure, setSure] = useState(false);
  const runs = fact.summary.tier === "pod" && fact.summary.phase === "Running";
  return (
    <>
      {fact.deleting ? (
        <button className="btn compact danger" onClick={() => (sure ? void forceDeletePod(app, fact) : setSure(true))} onBlur={() => setSure(false)}>
          {sure ? t`Its containers may go on: remove anyway` : t`Remove by force`}
        </button>
      ) : (
        <button className="btn compact danger" onClick={() => void deleteObject(app, fact)}>
          {t`Delete pod`}
        </button>
      )}
      <button className="btn compact danger" disabled={fact.deleting || !runs} title={runs ? t`The container's process dies; the kubelet starts it again` : t`None of its containers runs`} onClick={() => void setFault(app, "container-kill", faultTarget(fact))}>
        {t`Kill container`}
      </button>
    </>
  );
}

function NodeActs({ fact }: { readonly fact: GraphFact }) {
  const app = useApp();
  const off = useCluster((state) => state.faults.find((fault) => (fault.type === "node-off" || fault.type === "node-shutdown") && fault.target === fact.ref.name)?.id ?? null);
  if (fact.summary.tier !== "node") return null;
  const { unschedulable } = fact.summary;
  return (
    <>
      {off === null ? (
        <button className="btn compact danger" onClick={() => void setFault(app, "node-off", fact.ref.name)}>
          {t`Power off`}
        </button>
      ) : (
        <button className="btn compact" onClick={() => clearFault(app, off)}>
          {t`Power on`}
        </button>
      )}
      <button className="btn compact" onClick={() => void cordon(app, fact, !unschedulable)}>
        {unschedulable ? t`Uncordon` : t`Cordon`}
      </button>
    </>
  );
}

/** Of the Service that is the cluster's DNS: others have no fault of their own. */
function DnsActs() {
  const app = useApp();
  const down = useCluster((state) => state.faults.find(({ type }) => type === "dns-down")?.id ?? null);
  return down === null ? (
    <button className="btn compact danger" title={faultSentence("dns-down")} onClick={() => void setFault(app, "dns-down", clusterDnsService)}>
      {faultLabel("dns-down")}
    </button>
  ) : (
    <button className="btn compact" onClick={() => clearFault(app, down)}>
      {t`DNS up`}
    </button>
  );
}

function WorkloadActs({ fact }: { readonly fact: GraphFact }) {
  const app = useApp();
  const desired = fact.summary.tier === "workload" ? fact.summary.desired : 0;
  const [wanted, setWanted] = useState(desired);
  const [told, setTold] = useState(desired);
  if (told !== desired) {
    setTold(desired);
    setWanted(desired);
  }
  const step = (by: number) => {
    const next = Math.max(0, Math.min(mostReplicas, wanted + by));
    setWanted(next);
    void scale(app, fact, next);
  };
  return (
    <>
      <span className="stepper" role="group" aria-label={t`Replicas`}>
        <button aria-label={t`One replica fewer`} disabled={wanted <= 0} onClick={() => step(-1)}>
          −
        </button>
        <span>
          {wanted} {plural(wanted, "replica", "replicas")}
        </span>
        <button aria-label={t`One replica more`} disabled={wanted >= mostReplicas} onClick={() => step(1)}>
          +
        </button>
      </span>
      {fact.ref.gvk.group === "apps" && fact.plural !== "replicasets" && (
        <button className="btn compact" title={t`New pods one after another, as kubectl rollout restart`} onClick={() => void restart(app, fact)}>
          {t`Restart`}
        </button>
      )}
      <button className="btn compact danger" onClick={() => void deleteObject(app, fact)}>
        {t`Delete`}
      </button>
    </>
  );
}

/** What one can do to the selected object, where one looks for it. */
export function Acts({ fact }: { readonly fact: GraphFact }) {
  const app = useApp();
  const { tier } = fact.summary;
  const past = useCluster((state) => state.lookingAt !== null);
  const stopped = useStopped();
  if (stopped) return <p className="small dimmer inspector-past">{t`The engine stopped: nothing can be done to it any more.`}</p>;
  if (past)
    return (
      <p className="small dimmer inspector-past">
        {t`As it was then, to read only.`}{" "}
        <button className="link" onClick={app.look.now}>
          {t`Return to now`}
        </button>{" "}
        {t`to act.`}
      </p>
    );
  return (
    <div className="inspector-acts">
      {tier === "pod" && <PodActs fact={fact} />}
      {tier === "node" && <NodeActs fact={fact} />}
      {tier === "workload" && <WorkloadActs fact={fact} />}
      {fact.ref.gvk.kind === "Service" && faultTarget(fact) === clusterDnsService && <DnsActs />}
      {(tier === "edge" || tier === "config") && (
        <button className="btn compact danger" onClick={() => void deleteObject(app, fact)}>
          {t`Delete`}
        </button>
      )}
    </div>
  );
}
