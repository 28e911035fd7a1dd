import { ReactFlow, useReactFlow, ReactFlowProvider, type Node, type NodeTypes } from "@xyflow/react";
import { useCallback, useEffect, useRef, useState, type RefObject } from "react";
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

const noEdges: [] = [];
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
    ...layout.ghosts.map((ghost) => flowNode(ghost.id, "ghost", ghost.box, { id: ghost.id }, 2)),
    ...layout.pods.map(byUid("pod", 2)),
  ];
}

function sameNode(a: Node, b: Node): boolean {
  return a.type === b.type && a.position.x === b.position.x && a.position.y === b.position.y && a.width === b.width && a.height === b.height;
}

/** Nodes of the layout; those that did not change keep their identity, so that only the others render. */
function keepNodes() {
  let byId = new Map<string, Node>();
  let known: Node[] = [];
  let asked: TrafficLayout | null = null;
  return (layout: TrafficLayout): Node[] => {
    if (layout === asked) return known;
    asked = layout;
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

/** Renders again only when a box comes, goes or moves: most new layouts of a crowd differ in nothing but the cells within. */
function useFlowNodes(): Node[] {
  const [keep] = useState(keepNodes);
  return useStage((state) => keep(state.layout));
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

/** The same size is the same picture, however often it was laid out. */
function keepBox() {
  let known: Box = { x: 0, y: 0, width: 0, height: 0 };
  return (box: Box): Box => {
    if (box.x !== known.x || box.y !== known.y || box.width !== known.width || box.height !== known.height) known = box;
    return known;
  };
}

/** Keeps the whole picture in view until the person pans or zooms; a double click on the ground gives it back. */
function useFit({ stageRef, setPodColumns }: TrafficLensProps) {
  const { setViewport } = useReactFlow();
  const [keep] = useState(keepBox);
  const bounds = useStage((state) => keep(state.layout.bounds));
  const latest = useRef(bounds);
  const free = useRef(false);
  const first = useRef(true);
  /** As the observer told it: asking the element would make the browser lay out at once. */
  const size = useRef<{ readonly width: number; readonly height: number } | null>(null);
  const fit = useCallback(
    (calm: boolean) => {
      if (size.current === null || free.current) return;
      const moving = calm && !first.current && !matchMedia("(prefers-reduced-motion: reduce)").matches;
      first.current = false;
      void setViewport(fitViewport(latest.current, size.current, insets, zooms), { duration: moving ? 240 : 0 });
    },
    [setViewport],
  );
  useEffect(() => {
    latest.current = bounds;
    fit(true);
  }, [bounds, fit]);
  useEffect(() => {
    const host = stageRef.current;
    if (host === null) return;
    const observer = new ResizeObserver(([entry]) => {
      const { width, height } = entry?.contentRect ?? host.getBoundingClientRect();
      if (size.current?.width === width && size.current.height === height) return;
      size.current = { width, height };
      setPodColumns(width / Math.max(1, height) > 1.75 ? 3 : 2);
      fit(false);
    });
    observer.observe(host);
    return () => observer.disconnect();
  }, [fit, setPodColumns, stageRef]);
  const letGo = useCallback(() => void (free.current = true), []);
  const again = useCallback(() => {
    free.current = false;
    fit(true);
  }, [fit]);
  return { letGo, again };
}

function Picture(props: TrafficLensProps) {
  const { view } = useApp();
  const nodes = useFlowNodes();
  const { letGo, again } = useFit(props);
  const onMoveStart = useCallback((event: MouseEvent | TouchEvent | null) => event !== null && letGo(), [letGo]);
  const onPaneClick = useCallback((event: React.MouseEvent) => (event.detail === 2 ? again() : view.setState({ selection: null })), [again, view]);
  return (
    <>
      <ReactFlow
        nodes={nodes}
        edges={noEdges}
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
        onMoveStart={onMoveStart}
        onPaneClick={onPaneClick}
      >
        <Wires />
        <FailureMarks />
      </ReactFlow>
      <FlowCanvas stageRef={props.stageRef} />
    </>
  );
}
