import { memo } from "react";
import { useFact } from "../../app/appModel.ts";
import { plural, t } from "../../language/text.ts";
import { cpuText, memoryText } from "../../selectors/amountText.ts";
import { glyphs, stateClass } from "../../selectors/stateWords.ts";
import { ItemFill } from "../ItemBox.tsx";
import type { LensDefinition, LensItem } from "../lens.ts";
import { useStage } from "../stageStore.ts";
import "./lenses.css";

const plateHeight = 104;
const rowHeight = 34;
/** With more machines than stand one under the other, each has a row instead of a plate. */
const mostPlates = 4;
const mostRows = 24;
const zonesShown = 4;

interface BarProps {
  readonly label: string;
  readonly asked: number;
  readonly limit: number;
  readonly most: number;
  readonly text: string;
}

function percent(share: number): string {
  return `${Math.min(100, Math.max(0, share * 100))}%`;
}

/** What is asked for as a bar, what is allowed at most as a line over it; more than the machine has runs into its end. */
function Bar({ label, asked, limit, most, text }: BarProps) {
  const share = asked / Math.max(1, most);
  return (
    <>
      <span className="dimmer">{label}</span>
      <span className={`bar wide${share > 0.9 ? " full" : ""}`}>
        <i style={{ width: percent(share) }} />
        {limit > 0 && <b className={limit > most ? "over" : ""} style={{ width: percent(limit / Math.max(1, most)) }} />}
      </span>
      <span className="mono bar-words">{text}</span>
    </>
  );
}

/** What a machine has, and what its pods ask of it. */
const Plate = memo(function Plate({ item }: { readonly item: LensItem }) {
  const node = useFact(String(item.data));
  const asked = useStage((state) => state.asked.get(node?.ref.name ?? ""));
  if (node === null || node.summary.tier !== "node") return null;
  const { cpuMilli, memoryBytes, pods, taints, ready, unschedulable } = node.summary;
  const limits = asked === undefined || asked.pods === 0 ? "" : asked.withoutLimit === 0 ? t`every pod has a limit` : t`${asked.withoutLimit} of ${asked.pods} without a memory limit`;
  const words = taints.length > 0 ? t`taints: ${taints.join(", ")}` : unschedulable ? t`cordoned: nothing new comes here` : limits;
  return (
    <ItemFill uid={item.id} selects={{ type: "object", uid: node.uid }} className={`card plate ${stateClass(ready ? "ok" : "failed")}`} label={item.name} title={words}>
      <div className="plate-bars micro">
        <Bar label={t`cpu`} asked={asked?.cpuMilli ?? 0} limit={asked?.cpuLimitMilli ?? 0} most={cpuMilli} text={`${cpuText(asked?.cpuMilli ?? 0)} / ${cpuText(cpuMilli)}`} />
        <Bar label={t`mem`} asked={asked?.memoryBytes ?? 0} limit={asked?.memoryLimitBytes ?? 0} most={memoryBytes} text={`${memoryText(asked?.memoryBytes ?? 0)} / ${memoryText(memoryBytes)}`} />
        <Bar label={t`pods`} asked={asked?.pods ?? 0} limit={0} most={pods} text={`${asked?.pods ?? 0} / ${pods}`} />
      </div>
      <p className={`micro ell ${taints.length > 0 || unschedulable ? "state st-warning" : "dimmer"}`}>
        {(taints.length > 0 || unschedulable) && `${glyphs.warning} `}
        {words}
      </p>
    </ItemFill>
  );
});

/** The same in one row, for many machines. */
const PlateRow = memo(function PlateRow({ item }: { readonly item: LensItem }) {
  const node = useFact(String(item.data));
  const asked = useStage((state) => state.asked.get(node?.ref.name ?? ""));
  if (node === null || node.summary.tier !== "node") return null;
  const { cpuMilli, memoryBytes, ready } = node.summary;
  return (
    <ItemFill uid={item.id} selects={{ type: "object", uid: node.uid }} className={`card plate-row ${stateClass(ready ? "ok" : "failed")}`} label={item.name}>
      <span className="micro ell">{node.ref.name}</span>
      <div className="plate-bars micro">
        <Bar label={t`cpu`} asked={asked?.cpuMilli ?? 0} limit={asked?.cpuLimitMilli ?? 0} most={cpuMilli} text={`${Math.round(((asked?.cpuMilli ?? 0) / Math.max(1, cpuMilli)) * 100)}%`} />
        <Bar label={t`mem`} asked={asked?.memoryBytes ?? 0} limit={asked?.memoryLimitBytes ?? 0} most={memoryBytes} text={`${Math.round(((asked?.memoryBytes ?? 0) / Math.max(1, memoryBytes)) * 100)}%`} />
      </div>
    </ItemFill>
  );
});

/** All machines together, and what waits for one. */
const Totals = memo(function Totals() {
  const nodes = useStage((state) => state.model.nodes);
  const asked = useStage((state) => state.asked);
  const waiting = useStage((state) => state.model.waiting.length);
  let cpu = 0;
  let memory = 0;
  let cpuMost = 0;
  let memoryMost = 0;
  const zones = new Map<string, { machines: number; pods: number; cpu: number; cpuMost: number }>();
  for (const { ref, summary } of nodes) {
    if (summary.tier !== "node") continue;
    cpuMost += summary.cpuMilli;
    memoryMost += summary.memoryBytes;
    cpu += asked.get(ref.name)?.cpuMilli ?? 0;
    memory += asked.get(ref.name)?.memoryBytes ?? 0;
    if (summary.zone === "") continue;
    const zone = zones.get(summary.zone) ?? { machines: 0, pods: 0, cpu: 0, cpuMost: 0 };
    zone.machines++;
    zone.pods += asked.get(ref.name)?.pods ?? 0;
    zone.cpu += asked.get(ref.name)?.cpuMilli ?? 0;
    zone.cpuMost += summary.cpuMilli;
    zones.set(summary.zone, zone);
  }
  return (
    <section className="card totals-card" aria-label={t`All machines`}>
      <div className="card-head">
        <b>{t`all machines`}</b>
        <span className="dimmer">
          {t`${nodes.length} in ${zones.size} ${plural(zones.size, "zone", "zones")}`}
        </span>
      </div>
      <div className="plate-bars micro">
        <Bar label={t`cpu`} asked={cpu} limit={0} most={cpuMost} text={`${cpuText(cpu)} / ${cpuText(cpuMost)}`} />
        <Bar label={t`mem`} asked={memory} limit={0} most={memoryMost} text={`${memoryText(memory)} / ${memoryText(memoryMost)}`} />
      </div>
      <p className="micro dimmer">{waiting === 0 ? t`no pod waits for a machine` : t`${waiting} ${plural(waiting, "pod waits", "pods wait")} for a machine`}</p>
      <ul className="zones micro">
        {[...zones].sort(([a], [b]) => (a < b ? -1 : 1)).slice(0, zonesShown).map(([zone, { machines, pods, cpu: zoneCpu, cpuMost: zoneMost }]) => (
          <li key={zone}>
            <span>{t`zone ${zone}`}</span>
            <span className="dimmer">
              {t`${machines} ${plural(machines, "machine", "machines")}, ${pods} ${plural(pods, "pod", "pods")}, cpu ${Math.round((zoneCpu / Math.max(1, zoneMost)) * 100)}%`}
            </span>
          </li>
        ))}
      </ul>
    </section>
  );
});

/** Machines: what they have, what is asked of them, and what finds no place. */
export const placementLens: LensDefinition = {
  id: "placement",
  elementCards: 14,
  picture({ model, machines }) {
    const plates = machines.length <= mostPlates;
    const items = machines.slice(0, mostRows).map(({ fact, box }): LensItem => {
      const name = t`Capacity of ${fact.ref.name}`;
      const shared = { id: `plate-${fact.uid}`, name, data: fact.uid };
      return plates ? { ...shared, type: "plate", height: Math.min(plateHeight, box.height), top: box.y } : { ...shared, type: "row", height: rowHeight };
    });
    const zones = new Set(model.nodes.flatMap(({ summary }) => (summary.tier === "node" && summary.zone !== "" ? [summary.zone] : []))).size;
    const totalsHeight = 98 + (zones === 0 ? 0 : 14 + Math.min(zonesShown, zones) * 16);
    return {
      columns: [
        { x: 0, width: 254, gap: 0, items: [{ id: "totals", type: "totals", height: totalsHeight, name: t`All machines, ${model.waiting.length} pods wait`, top: 0 }] },
        { x: 274, width: 212, gap: 4, items },
      ],
      wires: [],
      tray: { x: 0, y: totalsHeight + 22 },
    };
  },
  boxes: { plate: Plate, row: PlateRow, totals: Totals },
  legend: [
    ["▬", "", t`requests`],
    ["─", "", t`limits`],
  ],
};
