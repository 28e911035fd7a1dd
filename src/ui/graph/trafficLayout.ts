import type { GraphFact } from "../../hosts/protocol.ts";
import { internetId, isMachineRoom, type TrafficModel } from "../selectors/trafficModel.ts";
import type { Box, Point } from "./geometry.ts";
import { SlotBook } from "./slots.ts";

/** Up to this many pods each is a card in the DOM; beyond, pods are cells on a canvas inside their node. */
export const cardLimit = 36;

export const sizes = {
  internet: { width: 108, height: 92 },
  router: { width: 148, head: 76, rule: 19 },
  service: { width: 140, height: 78 },
  columnGap: 30,
  nodeGap: 8,
  nodePadding: 10,
  nodeHead: 50,
  pod: { width: 122, height: 40, gap: 10, columnGap: 12 },
  cell: { size: 11, gap: 3 },
  roomRow: 19,
} as const;

export interface PodPlace {
  readonly fact: GraphFact;
  readonly box: Box;
}

export interface NodePlace {
  readonly fact: GraphFact;
  readonly box: Box;
  /** Pods drawn as cells on the node's own canvas; places are relative to the node. Empty while pods are cards. */
  readonly cells: readonly PodPlace[];
  /** Pods of the machine room: one quiet line. */
  readonly room: readonly GraphFact[];
}

export interface TrafficLayout {
  readonly internet: Box;
  readonly routers: readonly { readonly fact: GraphFact; readonly box: Box }[];
  readonly services: readonly { readonly fact: GraphFact; readonly box: Box }[];
  readonly nodes: readonly NodePlace[];
  readonly pods: readonly PodPlace[];
  /** The tray before the nodes: pods no node has taken yet, and pods still owed. */
  readonly tray: Box;
  readonly ghosts: readonly { readonly id: string; readonly owner: string; readonly more: number; readonly box: Box }[];
  readonly bounds: Box;
  readonly compact: boolean;
  /** Where a wire ends: box of an id (uid or "internet"); pods on a canvas answer with their node's box. */
  readonly boxOf: ReadonlyMap<string, Box>;
  /** Pods that stand behind others: where their wire enters the gap under their row. */
  readonly gapOf: ReadonlyMap<string, Point>;
  /** Where an Ingress and a Service would stand, while there is none of either. */
  readonly vacant: readonly { readonly id: string; readonly kind: string; readonly box: Box }[];
}

const ghostsShown = 4;

/** Keeps places and heights over time, so that a picture only grows and nothing jumps. */
export class TrafficLayouter {
  readonly #slots = new SlotBook();
  readonly #rows = new Map<string, number>();
  #compact = false;

  forget(): void {
    this.#slots.forget();
    this.#rows.clear();
    this.#compact = false;
  }

  /** Closes the holes that pods left behind. For a moment when nothing comes or goes: then, and only then, cards move. */
  settle(): void {
    this.#slots.close();
    this.#rows.clear();
  }

  /** Boxes for everything the lens draws. `podColumns`: cards side by side in a node. */
  layout(model: TrafficModel, podColumns: number): TrafficLayout {
    // Once small, small until clearly fewer: a picture that flips back and forth at the limit is worse than either.
    // Owed pods count as if they were there: three hundred are on their way when the first is born.
    const coming = model.owed.reduce((sum, { count }) => sum + count, model.podCount);
    this.#compact = coming > (this.#compact ? cardLimit * 0.75 : cardLimit);
    const compact = this.#compact;
    const routerHeight = (fact: GraphFact) => sizes.router.head + sizes.router.rule * Math.max(1, fact.summary.tier === "edge" ? fact.summary.rules.length : 1);
    const nodeWidth = sizes.nodePadding * 2 + podColumns * sizes.pod.width + (podColumns - 1) * sizes.pod.columnGap;
    const routerX = sizes.internet.width + sizes.columnGap;
    const serviceX = routerX + sizes.router.width + sizes.columnGap;
    const nodesX = serviceX + sizes.service.width + sizes.columnGap + 14;
    const nodes: NodePlace[] = [];
    const pods: PodPlace[] = [];
    const boxOf = new Map<string, Box>();
    const gapOf = new Map<string, Point>();
    const nodeColumns = model.nodes.length <= 4 ? 1 : Math.ceil(Math.sqrt(model.nodes.length / 2.2));
    const perColumn = Math.max(1, Math.ceil(model.nodes.length / nodeColumns));
    let bottom = 0;
    let y = 0;
    model.nodes.forEach((fact, index) => {
      if (index % perColumn === 0) y = 0;
      const x = nodesX + Math.floor(index / perColumn) * (nodeWidth + sizes.nodeGap);
      const here = model.podsByNode.get(fact.ref.name) ?? [];
      const place = this.#placeNode(fact, here, x, y, nodeWidth, podColumns, compact);
      nodes.push(place.node);
      pods.push(...place.pods);
      boxOf.set(fact.uid, place.node.box);
      for (const pod of place.node.cells) boxOf.set(pod.fact.uid, place.node.box);
      for (const pod of place.pods) {
        boxOf.set(pod.fact.uid, pod.box);
        if (pod.box.x > x + sizes.nodePadding) gapOf.set(pod.fact.uid, { x: x + sizes.nodePadding / 2, y: pod.box.y + pod.box.height + sizes.pod.gap / 2 });
      }
      y += place.node.box.height + sizes.nodeGap;
      bottom = Math.max(bottom, y);
    });
    const nodesWidth = nodeColumns * (nodeWidth + sizes.nodeGap) - sizes.nodeGap;
    const centre = Math.max(90, bottom / 2);
    const stack = (items: readonly GraphFact[], x: number, width: number, height: (fact: GraphFact) => number, gap: number) => {
      const total = items.reduce((sum, fact) => sum + height(fact) + gap, -gap);
      let top = Math.max(0, centre - total / 2);
      return items.map((fact) => {
        const box = { x, y: Math.round(top), width, height: height(fact) };
        top += box.height + gap;
        boxOf.set(fact.uid, box);
        return { fact, box };
      });
    };
    const routers = stack(model.routers, routerX, sizes.router.width, routerHeight, 18);
    const services = stack(model.services, serviceX, sizes.service.width, () => sizes.service.height, 22);
    const vacantBox = (x: number, width: number, height: number): Box => ({ x, y: Math.round(centre - height / 2), width, height });
    const vacant =
      model.routers.length + model.services.length > 0 || model.nodes.length === 0
        ? []
        : [
            { id: "vacant-ingress", kind: "Ingress", box: vacantBox(routerX, sizes.router.width, 64) },
            { id: "vacant-service", kind: "Service", box: vacantBox(serviceX, sizes.service.width, 64) },
          ];
    const internet = { x: 0, y: Math.round(Math.max(0, centre - sizes.internet.height / 2)), ...sizes.internet };
    boxOf.set(internetId, internet);
    const columnBottom = Math.max(0, ...[...routers, ...services].map(({ box }) => box.y + box.height));
    // The tray stands under the services, before the nodes: what is in it has not got so far.
    const trayAt = { x: serviceX - sizes.pod.width - sizes.pod.gap, y: Math.max(columnBottom + 26, bottom - 122), width: sizes.pod.width * 2 + sizes.pod.gap };
    const tray = this.#placeTray(model, trayAt, 2, compact);
    pods.push(...tray.pods);
    for (const pod of tray.pods) boxOf.set(pod.fact.uid, pod.box);
    const trayFilled = model.waiting.length > 0 || model.owed.length > 0;
    const bounds = { x: 0, y: 0, width: nodesX + nodesWidth, height: Math.max(bottom - sizes.nodeGap, columnBottom, trayFilled ? tray.box.y + tray.box.height : 0) };
    return { internet, routers, services, nodes, pods, tray: tray.box, ghosts: tray.ghosts, bounds, compact, boxOf, gapOf, vacant };
  }

  #placeNode(fact: GraphFact, here: readonly GraphFact[], x: number, y: number, width: number, podColumns: number, compact: boolean): { node: NodePlace; pods: PodPlace[] } {
    const own = compact ? here : here.filter((pod) => !isMachineRoom(pod.ref.namespace));
    const room = compact ? [] : here.filter((pod) => isMachineRoom(pod.ref.namespace));
    const slots = this.#slots.assign(fact.uid, own.map((pod) => pod.uid));
    const pitch = compact ? sizes.cell.size + sizes.cell.gap : 0;
    const columns = compact ? Math.floor((width - sizes.nodePadding * 2 + sizes.cell.gap) / pitch) : podColumns;
    const used = Math.max(0, ...[...slots.values()].map((slot) => slot + 1));
    const rowsKey = `${fact.uid}${compact ? "/cells" : ""}/${columns}`;
    const rows = Math.max(compact ? 2 : 1, Math.ceil(used / columns), this.#rows.get(rowsKey) ?? 0);
    this.#rows.set(rowsKey, rows);
    const top = sizes.nodeHead;
    const places = own.map((pod) => {
      const slot = slots.get(pod.uid) ?? 0;
      const column = slot % columns;
      const row = Math.floor(slot / columns);
      const box = compact
        ? { x: sizes.nodePadding + column * pitch, y: top + row * pitch, width: sizes.cell.size, height: sizes.cell.size }
        : { x: x + sizes.nodePadding + column * (sizes.pod.width + sizes.pod.columnGap), y: y + top + row * (sizes.pod.height + sizes.pod.gap), width: sizes.pod.width, height: sizes.pod.height };
      return { fact: pod, box };
    });
    const grid = compact ? rows * pitch - sizes.cell.gap : rows * (sizes.pod.height + sizes.pod.gap) - sizes.pod.gap;
    const height = top + grid + sizes.nodePadding + (compact ? 0 : sizes.roomRow);
    return { node: { fact, box: { x, y, width, height }, cells: compact ? places : [], room }, pods: compact ? [] : places };
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
    return { box: { ...at, height: head + rows * pitchY - sizes.pod.gap }, pods, ghosts };
  }
}
