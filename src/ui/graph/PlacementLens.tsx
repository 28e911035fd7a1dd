import { useApp } from "../app/appModel.ts";
import { glyphs, stateClass } from "../selectors/stateWords.ts";
import type { GraphFact } from "../../hosts/protocol.ts";
import { podAccessibleName, podWord, shortPodName } from "../selectors/stateWords.ts";
import { useStage } from "./stageStore.ts";
import { ItemBox } from "./ItemBox.tsx";
import "./lists.css";

const gibibyte = 1024 ** 3;
/** Pods of a node that get a cell of their own; the rest are counted. */
const cellLimit = 48;

function PodCell({ fact, share }: { readonly fact: GraphFact; readonly share: number }) {
  const health = fact.deleting ? "terminating" : fact.health;
  return (
    <ItemBox uid={fact.uid} className={`place-pod ${stateClass(health)}`} style={{ flexGrow: Math.max(1, Math.round(share * 400)) }} label={podAccessibleName(fact)} title={`${fact.ref.namespace}/${fact.ref.name}: ${podWord(fact)}`}>
      <span className="state">{glyphs[health]}</span>
      <span className="mono ell">{shortPodName(fact.ref.name)}</span>
      <span className="dimmer">{fact.summary.tier === "pod" && fact.summary.cpuMilli > 0 ? `${fact.summary.cpuMilli}m` : ""}</span>
    </ItemBox>
  );
}

function Machine({ fact }: { readonly fact: GraphFact }) {
  const pods = useStage((state) => state.model.podsByNode.get(fact.ref.name));
  const asked = useStage((state) => state.asked.get(fact.ref.name));
  if (fact.summary.tier !== "node") return null;
  const { cpuMilli, memoryBytes, pods: most, zone, ready, unschedulable, taints } = fact.summary;
  const rows = [
    ["CPU", (asked?.cpuMilli ?? 0) / cpuMilli, `${asked?.cpuMilli ?? 0}m of ${cpuMilli}m asked`],
    ["Memory", (asked?.memoryBytes ?? 0) / memoryBytes, `${((asked?.memoryBytes ?? 0) / gibibyte).toFixed(2)} of ${(memoryBytes / gibibyte).toFixed(1)} Gi asked`],
    ["Pods", (pods?.length ?? 0) / most, `${pods?.length ?? 0} of ${most}`],
  ] as const;
  return (
    <section className={`place-machine ${stateClass(ready ? "ok" : "failed")}`}>
      <ItemBox uid={fact.uid} className="place-head" label={`Node ${fact.ref.name}, ${ready ? "ready" : "not ready"}`}>
        <b>{fact.ref.name}</b>
        <span className="dimmer small">zone {zone}</span>
        <span className={`small machine-word ${ready ? "dimmer" : "state"}`}>{ready ? (unschedulable ? "cordoned" : "Ready") : "✕ NotReady"}</span>
      </ItemBox>
      <div className="place-bars small">
        {rows.map(([label, share, text]) => (
          <div key={label}>
            <span className="dimmer">{label}</span>
            <span className="bar">
              <i style={{ width: `${Math.min(100, share * 100)}%` }} />
            </span>
            <span className="dim">{text}</span>
          </div>
        ))}
      </div>
      {taints.length > 0 && <p className="micro dimmer place-taints">taints: {taints.join(", ")}</p>}
      <div className="place-pods">
        {(pods ?? []).slice(0, cellLimit).map((pod) => (
          <PodCell key={pod.uid} fact={pod} share={pod.summary.tier === "pod" ? pod.summary.cpuMilli / cpuMilli : 0} />
        ))}
        {(pods?.length ?? 0) > cellLimit && <span className="dimmer small">and {(pods?.length ?? 0) - cellLimit} more</span>}
      </div>
    </section>
  );
}

/** Nodes as machines: what their pods ask for against what there is. */
export function PlacementLens() {
  useApp();
  const nodes = useStage((state) => state.model.nodes);
  const waiting = useStage((state) => state.model.waiting);
  return (
    <div className="list-lens">
      <div className="place-grid">
        {nodes.slice(0, 12).map((fact) => (
          <Machine key={fact.uid} fact={fact} />
        ))}
      </div>
      {waiting.length > 0 && (
        <section className="place-waiting">
          <h3 className="cap">Without a node</h3>
          <div className="place-pods">
            {waiting.slice(0, cellLimit).map((fact) => (
              <PodCell key={fact.uid} fact={fact} share={0} />
            ))}
          </div>
        </section>
      )}
    </div>
  );
}
