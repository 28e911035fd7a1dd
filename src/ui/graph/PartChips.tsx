import { useCluster } from "../app/appModel.ts";
import { t } from "../language/text.ts";
import { machineIsOff, partState } from "../selectors/partState.ts";
import { glyphs, stateClass } from "../selectors/stateWords.ts";
import { ItemLine } from "./ItemBox.tsx";

const parts = ["kubelet", "proxy", "runtime", "net"] as const;

/** What of the control plane runs on a machine, in the lens of that name: each can be looked at, stopped and started. */
export function PartChips({ node }: { readonly node: string }) {
  return (
    <div className="room parts">
      {parts.map((part) => (
        <PartChip key={part} process={`${node}/${part}`} label={part === "proxy" ? "kube-proxy" : part === "net" ? t`network` : part} machine={node} />
      ))}
    </div>
  );
}

function PartChip({ process, label, machine }: { readonly process: string; readonly label: string; readonly machine: string }) {
  const state = useCluster((one) => (machineIsOff(one.faults, machine) ? "off" : partState(one, process, null)));
  const health = state === "running" ? "ok" : "failed";
  return (
    <ItemLine uid={process} selects={{ type: "part", process, part: null }} className={`chip ${stateClass(health)}`} label={t`${label} of ${machine}, ${state}`} title={`${label}: ${state}`}>
      <span className="state" aria-hidden="true">
        {glyphs[health]}
      </span>
      {label}
    </ItemLine>
  );
}
