import { ReactFlow, useReactFlow, ReactFlowProvider, type Node, type NodeTypes } from "@xyflow/react";
import { useEffect, useMemo, useRef, useState, type RefObject } from "react";
import { useApp } from "../app/appModel.ts";
import { internetId } from "../selectors/trafficModel.ts";
import { GhostBox, VacantBox, InternetBox, MachineBox, PodBox, RouterBox, ServiceBox, TrayBox } from "./boxes.tsx";
import { FailureMarks } from "./FailureMarks.tsx";
import { FlowCanvas } from "./FlowCanvas.tsx";
import { fitViewport, type Box } from "./geometry.ts";
import { useStage } from "./stageStore.ts";
import type { TrafficLayout } from "./trafficLayout.ts";
import { Wires } from "./Wires.tsx";

const nodeTypes: NodeTypes = { internet: InternetBox, router: RouterBox, service: ServiceBox, machine: MachineBox, pod: PodBox, ghost: GhostBox, tray: TrayBox, vacant: VacantBox } as unknown as NodeTypes;

const insets = { top: 52, right: 14, bottom: 58, left: 14 };
const zooms = { least: 0.3, most: 1.35 };

/** React Flow lets the pointer through nodes that it cannot drag or select itself. */
const reachable = { pointerEvents: "all" } as const;

/** Said to be measured and without handles: else the library measures each box and makes the browser lay out in between. */
function flowNode(id: string, type: string, box: Box, data: Record<string, unknown>, zIndex = 0): Node {
  return { id, type, position: { x: box.x, y: box.y }, width: box.width, height: box.height, measured: { width: box.width, height: box.height }, handles: [], data, zIndex, style: reachable, draggable: false, selectable: false, focusable: false, connectable: false };
}

function nodesOf(layout: TrafficLayout): Node[] {
  const byUid = (type: string, zIndex = 0) => ({ fact, box }: { fact: { uid: string }; box: Box }) => flowNode(fact.uid, type, box, { uid: fact.uid }, zIndex);
  return [
    flowNode(internetId, "internet", layout.internet, {}),
    ...layout.routers.map(byUid("router")),
    ...layout.services.map(byUid("service")),
    ...layout.nodes.map(byUid("machine")),
    flowNode("tray", "tray", layout.tray, {}),
    ...layout.vacant.map(({ id, kind, box }) => flowNode(id, "vacant", box, { kind })),
    ...layout.ghosts.map((ghost) => flowNode(ghost.id, "ghost", ghost.box, { owner: ghost.owner, more: ghost.more }, 2)),
    ...layout.pods.map(byUid("pod", 2)),
  ];
}

function sameNode(a: Node, b: Node): boolean {
  return a.type === b.type && a.position.x === b.position.x && a.position.y === b.position.y && a.width === b.width && a.height === b.height && a.data["owner"] === b.data["owner"] && a.data["more"] === b.data["more"];
}

/** Nodes of the layout; those that did not change keep their identity, so that only the others render. */
function keepNodes() {
  let byId = new Map<string, Node>();
  let known: Node[] = [];
  return (layout: TrafficLayout): Node[] => {
    const nodes = nodesOf(layout).map((node) => {
      const old = byId.get(node.id);
      return old !== undefined && sameNode(old, node) ? old : node;
    });
    if (nodes.length === known.length && nodes.every((node, index) => node === known[index])) return known;
    byId = new Map(nodes.map((node) => [node.id, node]));
    known = nodes;
    return nodes;
  };
}

function useFlowNodes(layout: TrafficLayout): Node[] {
  const [keep] = useState(keepNodes);
  return useMemo(() => keep(layout), [keep, layout]);
}

export interface TrafficLensProps {
  readonly stageRef: RefObject<HTMLElement | null>;
  readonly setPodColumns: (columns: number) => void;
}

/** Internet -> ingress -> services -> pods on their nodes, with the requests on their way. */
export function TrafficLens(props: TrafficLensProps) {
  return (
    <ReactFlowProvider>
      <Picture {...props} />
    </ReactFlowProvider>
  );
}

/** Keeps the whole picture in view until the person pans or zooms; a double click on the ground gives it back. */
function useFit(stageRef: RefObject<HTMLElement | null>, { x, y, width, height }: Box, setPodColumns: (columns: number) => void) {
  const { setViewport } = useReactFlow();
  const free = useRef(false);
  const first = useRef(true);
  /** As the observer told it: asking the element would make the browser lay out at once. */
  const size = useRef<{ readonly width: number; readonly height: number } | null>(null);
  // The same size is the same picture, however often it was laid out.
  const bounds = useMemo(() => ({ x, y, width, height }), [x, y, width, height]);
  useEffect(() => {
    const host = stageRef.current;
    if (host === null) return;
    const fit = (calm: boolean) => {
      const stage = size.current;
      if (stage === null) return;
      setPodColumns(stage.width / Math.max(1, stage.height) > 1.75 ? 3 : 2);
      if (free.current) return;
      const moving = calm && !first.current && !matchMedia("(prefers-reduced-motion: reduce)").matches;
      first.current = false;
      void setViewport(fitViewport(bounds, stage, insets, zooms), { duration: moving ? 240 : 0 });
    };
    fit(true);
    const observer = new ResizeObserver(([entry]) => {
      const { width, height } = entry?.contentRect ?? host.getBoundingClientRect();
      const same = size.current?.width === width && size.current.height === height;
      size.current = { width, height };
      if (!same) fit(false);
    });
    observer.observe(host);
    return () => observer.disconnect();
  }, [bounds, setViewport, setPodColumns, stageRef]);
  return {
    letGo: () => void (free.current = true),
    again: () => {
      free.current = false;
      if (size.current !== null) void setViewport(fitViewport(bounds, size.current, insets, zooms), { duration: 240 });
    },
  };
}

function Picture({ stageRef, setPodColumns }: TrafficLensProps) {
  const { view } = useApp();
  const layout = useStage((state) => state.layout);
  const nodes = useFlowNodes(layout);
  const fit = useFit(stageRef, layout.bounds, setPodColumns);
  return (
    <>
      <ReactFlow
        nodes={nodes}
        edges={[]}
        nodeTypes={nodeTypes}
        minZoom={zooms.least}
        maxZoom={2.5}
        nodesDraggable={false}
        nodesConnectable={false}
        nodesFocusable={false}
        edgesFocusable={false}
        elementsSelectable={false}
        disableKeyboardA11y
        zoomOnDoubleClick={false}
        onMoveStart={(event) => event !== null && fit.letGo()}
        onPaneClick={(event) => (event.detail === 2 ? fit.again() : view.setState({ selection: null }))}
      >
        <Wires />
        <FailureMarks />
      </ReactFlow>
      <FlowCanvas stageRef={stageRef} />
    </>
  );
}
