import { deepEqual } from "../../base/deepEqual.ts";
import type { GraphFact } from "../../hosts/protocol.ts";
import { isMachineRoom, type TrafficModel } from "../selectors/trafficModel.ts";
import type { Box, Point } from "./geometry.ts";
import type { LensItem, LensPicture } from "./lens.ts";
import type { NodePlace, PodPlace } from "./places.ts";
import { bestColumns, cellsInRow, machineGrid, machineWidth, type Crowd, type Room } from "./podColumns.ts";
import { sizes } from "./sizes.ts";
import { SlotBook } from "./slots.ts";

/** Up to this many pods outside of the machine room each is a card; beyond, cards would be too small to read, and pods are cells on a canvas inside their node. */
export const cardLimit = 24;

/** Up to this many cards each is in the DOM; beyond, they are drawn on their node's canvas, in the same places. A lens with many elements of its own says less. */
export const mostElementCards = 20;

/** How many pods of the machine room a machine names. */
export const roomShown = 4;

export interface LeftPlace {
  readonly item: LensItem;
  readonly box: Box;
}

export interface StageLayout {
  /** What the lens draws left of the machines. */
  readonly left: readonly LeftPlace[];
  readonly nodes: readonly NodePlace[];
  readonly pods: readonly PodPlace[];
  /** The tray before the nodes: pods no node has taken yet, and pods still owed. */
  readonly tray: Box;
  readonly ghosts: readonly { readonly id: string; readonly owner: string; readonly more: number; readonly box: Box }[];
  readonly bounds: Box;
  /** Down to where the machines reach: by their middle the picture is placed, whatever a lens draws beside them. */
  readonly machinesHeight: number;
  readonly compact: boolean;
  /** Where a wire ends: box of an id (uid, "internet", a process); pods that are cells answer with their node's box. */
  readonly boxOf: ReadonlyMap<string, Box>;
  /** Pods that stand behind others: where their wire enters the gap under their row. */
  readonly gapOf: ReadonlyMap<string, Point>;
}

/** Makes what the lens draws, once the machines have their places. */
export type PictureMaker = (machines: readonly NodePlace[]) => LensPicture;

const ghostsShown = 4;

/** Keeps places and heights over time, so that a picture only grows and nothing jumps. */
export class StageLayouter {
  readonly #slots = new SlotBook();
  readonly #rows = new Map<string, number>();
  readonly #items = new Map<string, LensItem>();
  readonly #machines = new Map<string, NodePlace>();
  #compact = false;
  #columns: number | null = null;
  #atRest = false;

  forget(): void {
    this.#items.clear();
    this.#machines.clear();
    this.#slots.forget();
    this.#rows.clear();
    this.#compact = false;
    this.#columns = null;
  }

  /** Closes the holes that pods left behind. For a moment when nothing comes or goes: then, and only then, cards move. */
  settle(): void {
    this.#slots.close();
    this.#rows.clear();
    this.#atRest = true;
  }

  /** Whether the machines would be wider or narrower in this room; then, and only then, the next layout makes them so. */
  takeRoom(room: Room, model: TrafficModel): boolean {
    this.#atRest = bestColumns(room, crowdOf(model, this.#compact), this.#columns, true) !== this.#columns;
    return this.#atRest;
  }

  /** Boxes for everything that is drawn: machines and pods alike in every lens. `elementCards`: so many cards in the DOM at most. */
  layout(model: TrafficModel, room: Room, makePicture: PictureMaker, elementCards = mostElementCards): { readonly layout: StageLayout; readonly picture: LensPicture } {
    // Once small, small until clearly fewer: a picture that flips back and forth at the limit is worse than either.
    // Owed pods count as if they were there: three hundred are on their way when the first is born.
    const coming = comingPods(model);
    this.#compact = coming > (this.#compact ? cardLimit * 0.75 : cardLimit);
    const compact = this.#compact;
    const onCanvas = compact || coming > elementCards;
    const podColumns = (this.#columns = bestColumns(room, crowdOf(model, compact), this.#columns, this.#atRest));
    this.#atRest = false;
    const nodeWidth = machineWidth(podColumns);
    const nodes: NodePlace[] = [];
    const pods: PodPlace[] = [];
    const boxOf = new Map<string, Box>();
    const gapOf = new Map<string, Point>();
    const { across, down } = machineGrid(model.nodes.length);
    let bottom = 0;
    let y = 0;
    model.nodes.forEach((fact, index) => {
      if (index % down === 0) y = 0;
      const x = sizes.left + Math.floor(index / down) * (nodeWidth + sizes.nodeGap);
      const here = model.podsByNode.get(fact.ref.name) ?? [];
      const place = this.#placeNode(fact, here, { x, y, width: nodeWidth }, podColumns, compact, onCanvas);
      nodes.push(place.node);
      if (!onCanvas) pods.push(...place.cards);
      boxOf.set(fact.uid, place.node.box);
      const strip = { x, y: y + sizes.partsTop, width: nodeWidth, height: sizes.roomRow };
      for (const part of ["kubelet", "proxy", "runtime", "net"]) boxOf.set(`${fact.ref.name}/${part}`, strip);
      if (compact) for (const pod of place.node.cells) boxOf.set(pod.fact.uid, place.node.box);
      for (const pod of place.cards) {
        boxOf.set(pod.fact.uid, pod.box);
        if (pod.box.x > x + sizes.nodePadding) gapOf.set(pod.fact.uid, { x: x + sizes.nodePadding / 2, y: pod.box.y + pod.box.height + sizes.pod.gap / 2 });
      }
      y += place.node.box.height + sizes.nodeGap;
      bottom = Math.max(bottom, y);
    });
    const nodesWidth = across * (nodeWidth + sizes.nodeGap) - sizes.nodeGap;
    const picture = makePicture(nodes);
    const left = placeColumns(picture, Math.max(90, bottom / 2), (item) => this.#kept(item));
    for (const { item, box } of left) {
      boxOf.set(item.id, box);
      for (const part of item.inner ?? []) boxOf.set(part.id, { x: box.x, y: box.y + part.y, width: box.width, height: part.height });
    }
    const leftBottom = left.reduce((most, { box }) => Math.max(most, box.y + box.height), 0);
    const trayWidth = sizes.pod.width * 2 + sizes.pod.gap;
    const trayX = sizes.left - sizes.trayRight - trayWidth;
    const above = left.reduce((most, { box }) => (box.x < trayX + trayWidth && box.x + box.width > trayX ? Math.max(most, box.y + box.height) : most), 0);
    // The tray stands under what the lens draws, before the nodes: what is in it has not got so far.
    const tray = this.#placeTray(model, { ...(picture.tray ?? { x: trayX, y: Math.max(above + 26, bottom - 122) }), width: trayWidth }, 2, compact);
    pods.push(...tray.pods);
    for (const pod of tray.pods) boxOf.set(pod.fact.uid, pod.box);
    const trayFilled = model.waiting.length > 0 || model.owed.length > 0;
    const bounds = { x: 0, y: 0, width: sizes.left + nodesWidth, height: Math.max(bottom - sizes.nodeGap, leftBottom, trayFilled ? tray.box.y + tray.box.height : 0) };
    return { layout: { left, nodes, pods, tray: tray.box, ghosts: tray.ghosts, bounds, machinesHeight: Math.max(0, bottom - sizes.nodeGap), compact, boxOf, gapOf }, picture };
  }

  /** The same item where it says the same: its box has nothing to draw. */
  #kept(item: LensItem): LensItem {
    const known = this.#items.get(item.id);
    const same = known !== undefined && known.type === item.type && known.name === item.name && known.height === item.height && known.fact === item.fact && deepEqual(known.data ?? null, item.data ?? null);
    if (same) return known;
    this.#items.set(item.id, item);
    return item;
  }

  #placeNode(fact: GraphFact, here: readonly GraphFact[], { x, y, width }: Omit<Box, "height">, podColumns: number, compact: boolean, onCanvas: boolean): { node: NodePlace; cards: PodPlace[] } {
    const own = compact ? here : here.filter((pod) => !isMachineRoom(pod.ref.namespace));
    const room = compact ? [] : here.filter((pod) => isMachineRoom(pod.ref.namespace));
    const slots = this.#slots.assign(fact.uid, own.map((pod) => pod.uid));
    const pitch = compact ? sizes.cell.size + sizes.cell.gap : 0;
    const columns = compact ? cellsInRow(width) : podColumns;
    const used = Math.max(0, ...[...slots.values()].map((slot) => slot + 1));
    const rowsKey = `${fact.uid}${compact ? "/cells" : ""}/${columns}`;
    const rows = Math.max(compact ? 2 : 1, Math.ceil(used / columns), this.#rows.get(rowsKey) ?? 0);
    this.#rows.set(rowsKey, rows);
    const top = sizes.nodeHead;
    /** Within the node. */
    const places = own.map((pod) => {
      const slot = slots.get(pod.uid) ?? 0;
      const column = slot % columns;
      const row = Math.floor(slot / columns);
      const box = compact
        ? { x: sizes.nodePadding + column * pitch, y: top + row * pitch, width: sizes.cell.size, height: sizes.cell.size }
        : { x: sizes.nodePadding + column * (sizes.pod.width + sizes.pod.columnGap), y: top + row * (sizes.pod.height + sizes.pod.gap), width: sizes.pod.width, height: sizes.pod.height };
      return { fact: pod, box };
    });
    const grid = compact ? rows * pitch - sizes.cell.gap : rows * (sizes.pod.height + sizes.pod.gap) - sizes.pod.gap;
    const height = top + grid + sizes.nodePadding + sizes.roomRow;
    const cards = compact ? [] : places.map((pod) => ({ fact: pod.fact, box: { ...pod.box, x: x + pod.box.x, y: y + pod.box.y } }));
    return { node: this.#keptMachine({ fact, box: { x, y, width, height }, cells: onCanvas ? places : [], room }), cards };
  }

  /** The same machine where nothing in it moved or changed: of a hundred, a storm's picture redraws those that it touches. */
  #keptMachine(place: NodePlace): NodePlace {
    const known = this.#machines.get(place.fact.uid);
    if (known !== undefined && samePlace(known, place)) return known;
    this.#machines.set(place.fact.uid, place);
    return place;
  }

  #placeTray(model: TrafficModel, at: { x: number; y: number; width: number }, columns: number, compact: boolean) {
    const head = 22;
    const pitchX = sizes.pod.width + sizes.pod.gap;
    const pitchY = sizes.pod.height + sizes.pod.gap;
    const shown = model.waiting.slice(0, columns * (compact ? 1 : 2));
    const slots = this.#slots.assign("", shown.map((pod) => pod.uid));
    let used = Math.max(0, ...[...slots.values()].map((slot) => slot + 1));
    const boxAt = (slot: number): Box => ({ x: at.x + (slot % columns) * pitchX, y: at.y + head + Math.floor(slot / columns) * pitchY, width: sizes.pod.width, height: sizes.pod.height });
    const pods = shown.map((fact) => ({ fact, box: boxAt(slots.get(fact.uid) ?? 0) }));
    const ghosts = model.owed.flatMap((owed) => {
      const count = Math.min(owed.count, ghostsShown);
      return Array.from({ length: count }, (_, index) => ({
        id: `${owed.uid}/${index}`,
        owner: owed.name,
        more: index === count - 1 ? owed.count - count : 0,
        box: boxAt(used++),
      }));
    });
    const rows = Math.max(1, Math.ceil(used / columns));
    const bottom = at.y + head + rows * pitchY - sizes.pod.gap;
    // Its words stand at the first of its pods, wherever those before it left room.
    const drawn = [...pods, ...ghosts].map(({ box }) => box);
    const x = drawn.length === 0 ? at.x : Math.min(...drawn.map((box) => box.x));
    const y = drawn.length === 0 ? at.y : Math.min(...drawn.map((box) => box.y)) - head;
    return { box: { x, y, width: at.x + at.width - x, height: bottom - y }, pods, ghosts };
  }
}

/** Pods outside of the machine room that are there or owed. */
function comingPods({ podsByNode, podCount, owed }: TrafficModel): number {
  let inRoom = 0;
  for (const here of podsByNode.values()) for (const pod of here) if (isMachineRoom(pod.ref.namespace)) inRoom++;
  return owed.reduce((sum, { count }) => sum + count, podCount) - inRoom;
}

/** Who comes will be spread about evenly. */
function crowdOf(model: TrafficModel, compact: boolean): Crowd {
  let fullest = Math.ceil(comingPods(model) / Math.max(1, model.nodes.length));
  for (const here of model.podsByNode.values()) fullest = Math.max(fullest, compact ? here.length : here.reduce((sum, pod) => sum + (isMachineRoom(pod.ref.namespace) ? 0 : 1), 0));
  return { machines: model.nodes.length, fullest, compact };
}

function sameBox(a: Box, b: Box): boolean {
  return a.x === b.x && a.y === b.y && a.width === b.width && a.height === b.height;
}

function samePlace(a: NodePlace, b: NodePlace): boolean {
  if (a.fact !== b.fact || !sameBox(a.box, b.box) || a.cells.length !== b.cells.length || a.room.length !== b.room.length) return false;
  return a.room.every((pod, index) => pod === b.room[index]) && a.cells.every(({ fact, box }, index) => fact === b.cells[index]?.fact && sameBox(box, b.cells[index].box));
}

/** Each column's boxes one under the other, their middle beside the machines' middle; those that say where stand there. */
function placeColumns({ columns }: LensPicture, centre: number, kept: (item: LensItem) => LensItem): LeftPlace[] {
  return columns.flatMap(({ x, width, gap, items }) => {
    const total = items.reduce((sum, { height }) => sum + height + gap, -gap);
    let top = Math.max(0, centre - total / 2);
    return items.map((item) => {
      const box = { x, y: Math.round(item.top ?? top), width, height: item.height };
      top += item.height + gap;
      return { item: kept(item), box };
    });
  });
}
