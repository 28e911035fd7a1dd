import { memo } from "react";
import { useApp, useCluster, useFact } from "../app/appModel.ts";
import { t } from "../language/text.ts";
import { groupedNumber } from "../selectors/clockText.ts";
import { glyphs, podAccessibleName, shortPodName, stateClass } from "../selectors/stateWords.ts";
import { useStage } from "./stageStore.ts";
import { CellCanvas } from "./CellCanvas.tsx";
import { ItemBox, ItemFill, ItemLine } from "./ItemBox.tsx";
import { memoryText } from "../selectors/amountText.ts";
import { PartChips } from "./PartChips.tsx";
import { cardWords, stateOf } from "./podDrawing.ts";
import { roomShown } from "./stageLayout.ts";
import { useItem } from "./useItem.ts";

interface BoxProps {
  readonly data: { readonly uid: string };
}

export const PodBox = memo(function PodBox({ data: { uid } }: BoxProps) {
  const fact = useFact(uid);
  const placement = useStage((state) => state.lens.id === "placement");
  if (fact === null || fact.summary.tier !== "pod") return null;
  const { words, restarts } = cardWords(fact, placement);
  return (
    <ItemFill uid={uid} className={`pod ${stateClass(stateOf(fact))}`} label={podAccessibleName(fact)} title={fact.ref.name}>
      <span className="mono pod-name ell">{shortPodName(fact.ref.name)}</span>
      <span className="state pod-state ell">
        {restarts !== "" && <span className="restarts">{restarts}</span>}
        {words}
      </span>
    </ItemFill>
  );
});

/** A pod that is owed. Who owes it, and how many more, changes with every pod that comes: read here, so that the box stays the same one. */
export const GhostBox = memo(function GhostBox({ data: { id } }: { readonly data: { readonly id: string } }) {
  const owner = useStage((state) => state.layout.ghosts.find((ghost) => ghost.id === id)?.owner ?? "");
  const more = useStage((state) => state.layout.ghosts.find((ghost) => ghost.id === id)?.more ?? 0);
  return (
    <div className="pod ghost st-owed" title={t`${owner} wants one more pod; it does not exist yet`}>
      <span className="mono pod-name ell">{owner}</span>
      <span className="pod-state">
        <span>{glyphs.owed}</span>
        <span className="ell">{more === 0 ? t`still owed` : more < 10_000 ? t`and ${groupedNumber(more)} more` : `+${groupedNumber(more)}`}</span>
      </span>
    </div>
  );
});

export const TrayBox = memo(function TrayBox() {
  const waiting = useStage((state) => state.model.waiting.length);
  const owed = useStage((state) => state.model.owed.reduce((sum, one) => sum + one.count, 0));
  if (waiting === 0 && owed === 0) return null;
  const words = [waiting > 0 ? t`${waiting} without a node` : "", owed > 0 ? t`${owed} still owed` : ""].filter((one) => one !== "");
  return <div className="tray micro">{words.join(" · ")}</div>;
});

function RoomChip({ uid }: { readonly uid: string }) {
  const fact = useFact(uid);
  if (fact === null) return null;
  return (
    <ItemLine uid={uid} className={`chip ${stateClass(fact.deleting ? "terminating" : fact.health)}`} label={podAccessibleName(fact)} title={`${fact.ref.namespace}/${fact.ref.name}`}>
      <span className="state" aria-hidden="true">
        {glyphs[fact.health]}
      </span>
      <span className="ell" aria-hidden="true">
        {shortPodName(fact.ref.name).replace(/-[a-z0-9]{5}$/, "")}
      </span>
    </ItemLine>
  );
}

function CapacityBar({ label, share, text }: { readonly label: string; readonly share: number; readonly text: string }) {
  return (
    <>
      <span>{label}</span>
      <span className="bar">
        <i style={{ width: `${Math.min(100, share * 100)}%` }} />
      </span>
      <span className="bar-text">{text}</span>
    </>
  );
}


export const MachineBox = memo(function MachineBox({ data: { uid } }: BoxProps) {
  const { view } = useApp();
  const fact = useFact(uid);
  const item = useItem(uid);
  const place = useStage((state) => state.layout.nodes.find((one) => one.fact.uid === uid));
  const asked = useStage((state) => state.asked.get(fact?.ref.name ?? ""));
  const off = useCluster((state) => state.faults.find((fault) => fault.target === fact?.ref.name));
  const control = useStage((state) => state.lens.id === "control");
  if (fact === null || fact.summary.tier !== "node" || place === undefined) return null;
  const { ready, unschedulable, zone, cpuMilli, memoryBytes } = fact.summary;
  const cpu = (asked?.cpuMilli ?? 0) / Math.max(1, cpuMilli);
  const memory = (asked?.memoryBytes ?? 0) / Math.max(1, memoryBytes);
  const state = !ready ? "failed" : off !== undefined ? "warning" : unschedulable ? "warning" : "ok";
  // While the control plane has not noticed, the node is Ready for it: the fault says what the machine is, the title what the API says.
  const apiWord = ready ? (unschedulable ? "cordoned" : "Ready") : "NotReady";
  const word = off === undefined ? apiWord : ready ? faultWord(off.type) : `${faultWord(off.type)}, ${apiWord}`;
  const onCells = (event: React.MouseEvent<HTMLElement>) => {
    if (place.cells.length === 0) return;
    const rect = event.currentTarget.getBoundingClientRect();
    const zoom = rect.width / place.box.width;
    const x = (event.clientX - rect.left) / zoom;
    const y = (event.clientY - rect.top) / zoom;
    const hit = place.cells.find(({ box }) => x >= box.x - 1.5 && x <= box.x + box.width + 1.5 && y >= box.y - 1.5 && y <= box.y + box.height + 1.5);
    if (hit !== undefined) {
      event.stopPropagation();
      view.setState({ selection: { type: "object", uid: hit.fact.uid } });
    }
  };
  return (
    <div className={`machine ${stateClass(state)}${ready && off === undefined ? "" : " bad"}${item.selected ? " selected" : ""}`} onClick={onCells}>
      {place.cells.length > 0 && <CellCanvas place={place} />}
      <ItemBox
        uid={uid}
        className="machine-head"
        label={t`Node ${fact.ref.name}, ${ready ? t`ready` : t`not ready`}${unschedulable ? t`, cordoned` : ""}, ${asked?.pods ?? 0} pods, ${asked?.ready ?? 0} ready`}
        title={off === undefined ? apiWord : t`${faultWord(off.type)}; the API says ${apiWord}`}
      >
        <b>{fact.ref.name}</b>
        {zone !== "" && off === undefined && <span className="dimmer small">{t`zone ${zone}`}</span>}
        <span className={`machine-word ell small${state === "ok" ? " dimmer" : " state"}`}>
          {state === "ok" ? "" : `${glyphs[state]} `}
          {word}
        </span>
      </ItemBox>
      {control ? (
        <PartChips node={fact.ref.name} />
      ) : (
        <div className="bars micro" title={t`asked for: ${asked?.cpuMilli ?? 0}m of ${cpuMilli}m CPU, ${memoryText(asked?.memoryBytes ?? 0)} of ${memoryText(memoryBytes)} memory`}>
          <CapacityBar label={t`cpu`} share={cpu} text={`${Math.round(cpu * 100)}%`} />
          <CapacityBar label={t`mem`} share={memory} text={`${Math.round(memory * 100)}%`} />
        </div>
      )}
      {!control && place.room.length > 0 && (
        <div className="room">
          {place.room.slice(0, roomShown).map((pod) => (
            <RoomChip key={pod.uid} uid={pod.uid} />
          ))}
          {place.room.length > roomShown && <span className="micro dimmer">+{place.room.length - roomShown}</span>}
        </div>
      )}
    </div>
  );
});

function faultWord(type: string): string {
  const words: Readonly<Record<string, string>> = { "node-off": t`power off`, "node-shutdown": t`shut down`, "node-reboot": t`rebooting`, "kubelet-stopped": t`kubelet stopped`, "clock-skew": t`clock off`, partition: t`cut off`, "link-latency": t`slow network`, "link-loss": t`losing packets` };
  return words[type] ?? type;
}
