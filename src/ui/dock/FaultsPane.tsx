import { useState } from "react";
import { clearFault, setFault } from "../app/acts.ts";
import { useApp, useCluster } from "../app/appModel.ts";
import { isMachineRoom } from "../selectors/trafficModel.ts";
import { faultTarget, faultTypes } from "./faultTypes.ts";

/** Break something on purpose, and mend it again. */
export function FaultsPane() {
  const app = useApp();
  useCluster((state) => state.structure);
  const faults = useCluster((state) => state.faults);
  const [type, setType] = useState("node-off");
  const [chosen, setChosen] = useState("");
  const fault = faultTypes.find((one) => one.type === type) ?? faultTypes[0];
  const targets = [...app.cluster.getState().facts.values()]
    .filter((fact) => fact.summary.tier === fault?.on && !isMachineRoom(fact.ref.namespace))
    .map(faultTarget)
    .sort();
  const target = targets.includes(chosen) ? chosen : (targets[0] ?? "");
  return (
    <div className="faults">
      <form
        onSubmit={(event) => {
          event.preventDefault();
          if (target !== "") setFault(app, type, target);
        }}
      >
        <select className="field" aria-label="Fault" value={type} onChange={(event) => setType(event.target.value)}>
          {faultTypes
            .filter((one) => one.on !== "cluster")
            .map((one) => (
              <option key={one.type} value={one.type}>
                {one.label}
              </option>
            ))}
        </select>
        <select className="field" style={{ maxWidth: 220 }} aria-label="Target" value={target} onChange={(event) => setChosen(event.target.value)} disabled={targets.length === 0}>
          {targets.length === 0 && <option value="">nothing to do it to</option>}
          {targets.map((one) => (
            <option key={one} value={one}>
              {one}
            </option>
          ))}
        </select>
        <button className="btn compact" style={{ height: 26 }} disabled={target === ""}>
          Set fault
        </button>
        <p>{fault?.says}</p>
      </form>
      {faults.length === 0 ? (
        <p className="dimmer">Nothing is broken on purpose. A fault is part of the run: it is marked on the timeline and in a share link.</p>
      ) : (
        <ul className="fault-list">
          {faults.map((one) => (
            <li key={one.id} className="st-failed">
              <span className="state" aria-hidden="true">
                ✕
              </span>
              <span>{faultTypes.find((known) => known.type === one.type)?.label ?? one.type}</span>
              <span className="mono dim">{one.target}</span>
              <button className="btn compact" onClick={() => clearFault(app, one.id)}>
                Clear
              </button>
            </li>
          ))}
        </ul>
      )}
    </div>
  );
}
