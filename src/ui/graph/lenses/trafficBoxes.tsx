import { memo } from "react";
import { useStore } from "zustand";
import { useApp, useCluster, useFact, useStopped } from "../../app/appModel.ts";
import { isOutside } from "../../app/door.ts";
import { plural, t } from "../../language/text.ts";
import { rateText } from "../../selectors/trafficText.ts";
import { glyphs, stateClass } from "../../selectors/stateWords.ts";
import { showDock } from "../../stores/viewStore.ts";
import { ItemFill } from "../ItemBox.tsx";
import type { LensItem } from "../lens.ts";
import { useStage } from "../stageStore.ts";

interface LeftProps {
  readonly item: LensItem;
}

/** Where requests come from, and the door they wait at. */
export const InternetBox = memo(function InternetBox() {
  const { door, lookedAtOnly, view } = useApp();
  const waits = useStore(door.store, (one) => one.state === "waiting");
  const held = useStore(door.store, (one) => one.held);
  const traffic = useCluster((one) => one.traffic);
  const past = useCluster((one) => one.lookingAt !== null);
  const stopped = useStopped();
  const running = traffic.filter(isOutside);
  const sources = running.length > 0 || past ? running : held.filter(isOutside);
  const open = running.length > 0;
  const clients = sources.reduce((sum, one) => sum + one.clients, 0);
  const [source] = sources;
  const rate = rateText(sources);
  // A ramp's rate needs the line of the clients.
  const wide = rate.length > 6;
  return (
    <section className="card internet" aria-label={t`internet`}>
      <div className="card-head">
        <b>{t`internet`}</b>
      </div>
      <div className="card-body">
        {source !== undefined && (
          <div className="pair">
            <span className="ell" title={sources.map(({ id }) => id).join(", ")}>
              {sources.length === 1 ? source.id : t`${sources.length} sources`}
            </span>
            {!wide && <span className="mono">{rate}</span>}
          </div>
        )}
        <div className="dimmer">{open ? wide ? <span className="mono">{rate}</span> : `${clients} ${plural(clients, "client", "clients")}` : source === undefined ? t`no traffic` : waits ? t`at the door` : t`held back`}</div>
        {!past && !lookedAtOnly && (
          <span className="pair">
            {source !== undefined && (
              <button className="door nodrag" data-item="door" tabIndex={-1} disabled={stopped} onClick={open ? door.close : door.open}>
                {open ? t`Hold back` : t`Let in now`}
              </button>
            )}
            <button className="door nodrag" data-item="traffic" tabIndex={-1} aria-label={source === undefined ? t`Add traffic` : t`Edit the traffic`} onClick={() => showDock(view, "traffic")}>
              {source === undefined ? t`Add` : t`Edit`}
            </button>
          </span>
        )}
      </div>
    </section>
  );
});

export const RouterBox = memo(function RouterBox({ item: { id: uid } }: LeftProps) {
  const fact = useFact(uid);
  if (fact === null || fact.summary.tier !== "edge") return null;
  const { addresses } = fact.summary;
  const host = fact.summary.rules[0]?.host ?? "";
  return (
    <ItemFill uid={uid} className={`card ${stateClass(fact.health)}`} label={`${fact.ref.gvk.kind} ${fact.ref.namespace}/${fact.ref.name}${addresses.length === 0 ? t`, waiting for an address` : ""}`} title={`${fact.ref.namespace}/${fact.ref.name}`}>
      <span className="card-head">
        <b>{fact.ref.gvk.kind.toLowerCase()}</b>
        <span className="dimmer ell">{fact.ref.name}</span>
      </span>
      <span className="card-body">
        <span className="mono host ell" title={host}>
          {host === "" ? t`any host` : host}
        </span>
        {addresses.length === 0 ? (
          <span className="host state ell" title={t`No ingress controller has written its address into the status yet. One that serves it does so at intervals, and may let requests in before.`}>
            {t`${glyphs.progressing} waiting for an address`}
          </span>
        ) : (
          <span className="mono host ell dimmer">{addresses.join(", ")}</span>
        )}
        {fact.summary.rules.map((rule) => (
          <span className="pair" key={`${rule.host}${rule.path}`}>
            <span className="mono">{rule.path}</span>
            <span className="ell">{rule.backend}</span>
          </span>
        ))}
      </span>
    </ItemFill>
  );
});

export const ServiceBox = memo(function ServiceBox({ item: { id: uid } }: LeftProps) {
  const fact = useFact(uid);
  const readyEndpoints = useStage((state) => state.model.endpoints.get(uid)?.ready ?? 0);
  const totalEndpoints = useStage((state) => state.model.endpoints.get(uid)?.total ?? 0);
  if (fact === null || fact.summary.tier !== "edge") return null;
  const { type, addresses, ports } = fact.summary;
  const state = totalEndpoints === 0 ? "owed" : readyEndpoints === totalEndpoints ? "ok" : readyEndpoints === 0 ? "warning" : "progressing";
  return (
    <ItemFill uid={uid} className={`card ${stateClass(state)}`} label={t`Service ${fact.ref.namespace}/${fact.ref.name}, ${readyEndpoints} of ${totalEndpoints} endpoints ready`} title={`${fact.ref.namespace}/${fact.ref.name}`}>
      <span className="card-head">
        <b className="ell">{fact.ref.name}</b>
        <span className="dimmer">{type}</span>
      </span>
      <span className="card-body">
        <span className="mono host ell">
          {addresses[0] ?? t`no address`}
          {ports[0] === undefined ? "" : `${addresses[0] === undefined ? t`, port ` : ":"}${ports[0].replace(/[^0-9].*$/, "")}`}
        </span>
        <span className="pair">
          <span>
            <span className="state">
              {glyphs[state]}
            </span>{" "}
            {totalEndpoints === 0 ? t`no endpoints` : t`${readyEndpoints} of ${totalEndpoints} ready`}
          </span>
        </span>
      </span>
    </ItemFill>
  );
});

/** Where something would stand that no manifest has made yet. */
export const VacantBox = memo(function VacantBox({ item }: LeftProps) {
  return (
    <div className="vacant micro">
      <span>
        {t`${glyphs.owed} no ${String(item.data)} yet`}
      </span>
    </div>
  );
});

