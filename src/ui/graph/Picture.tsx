import { ReactFlow, ReactFlowProvider, useStore, type Node, type NodeTypes } from "@xyflow/react";
import { useCallback, useEffect, useState } from "react";
import { useApp } from "../app/appModel.ts";
import { GhostBox, MachineBox, PodBox, TrayBox } from "./boxes.tsx";
import { FailureMarks } from "./FailureMarks.tsx";
import { FlowCanvas } from "./FlowCanvas.tsx";
import type { Box } from "./geometry.ts";
import { LeftBox } from "./LeftBox.tsx";
import type { StageLayout } from "./stageLayout.ts";
import { useStage } from "./stageStore.ts";
import { useFit, zooms, type FitProps } from "./useFit.ts";
import { WireRates } from "./WireRates.tsx";
import { Wires } from "./Wires.tsx";
import { ZoomBar } from "./ZoomBar.tsx";

const nodeTypes: NodeTypes = { left: LeftBox, machine: MachineBox, pod: PodBox, ghost: GhostBox, tray: TrayBox } as unknown as NodeTypes;

/** Below this zoom small words are too small to read, and are not written. */
const farZoom = 0.5;

const noEdges: [] = [];

/** React Flow lets the pointer through nodes that it cannot drag or select itself. */
const reachable = { pointerEvents: "all" } as const;

/** Said to be measured and without handles: else the library measures each box and makes the browser lay out in between. */
function flowNode(id: string, type: string, box: Box, data: Record<string, unknown>, zIndex = 0): Node {
  return { id, type, position: { x: box.x, y: box.y }, width: box.width, height: box.height, measured: { width: box.width, height: box.height }, handles: [], data, zIndex, style: reachable, draggable: false, selectable: false, focusable: false, connectable: false };
}

function nodesOf(layout: StageLayout): Node[] {
  const byUid = (type: string, zIndex = 0) => ({ fact, box }: { fact: { uid: string }; box: Box }) => flowNode(fact.uid, type, box, { uid: fact.uid }, zIndex);
  return [
    ...layout.left.map(({ item, box }) => flowNode(item.id, "left", box, { item }, 2)),
    ...layout.nodes.map(byUid("machine")),
    flowNode("tray", "tray", layout.tray, {}),
    ...layout.ghosts.map((ghost) => flowNode(ghost.id, "ghost", ghost.box, { id: ghost.id }, 2)),
    ...layout.pods.map(byUid("pod", 2)),
  ];
}

function sameNode(a: Node, b: Node): boolean {
  return a.type === b.type && a.data["item"] === b.data["item"] && a.position.x === b.position.x && a.position.y === b.position.y && a.width === b.width && a.height === b.height;
}

/** Nodes of the layout; those that did not change keep their identity, so that only the others render. */
function keepNodes() {
  let byId = new Map<string, Node>();
  let known: Node[] = [];
  let asked: StageLayout | null = null;
  return (layout: StageLayout): Node[] => {
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

/** Machines with their pods, and left of them what the lens draws. */
export function Picture(props: FitProps) {
  return (
    <ReactFlowProvider>
      <Drawing {...props} />
    </ReactFlowProvider>
  );
}

function Drawing(props: FitProps) {
  const { view } = useApp();
  const nodes = useFlowNodes();
  const lens = useStage((state) => state.lens.id);
  const { letGo, again } = useFit(props);
  const far = useStore((state) => state.transform[2] < farZoom);
  const { stageRef } = props;
  useEffect(() => {
    if (stageRef.current !== null) stageRef.current.dataset["zoom"] = far ? "far" : "";
  }, [far, stageRef]);
  // Not at its start: a press that selects something is no move.
  const onMove = useCallback((event: MouseEvent | TouchEvent | null) => event !== null && letGo(), [letGo]);
  const onPaneClick = useCallback((event: React.MouseEvent) => (event.detail === 2 ? again() : view.setState({ selection: null })), [again, view]);
  return (
    <>
      <ReactFlow
        nodes={nodes}
        edges={noEdges}
        nodeTypes={nodeTypes}
        minZoom={zooms.least}
        maxZoom={zooms.nearest}
        nodesDraggable={false}
        nodesConnectable={false}
        nodesFocusable={false}
        edgesFocusable={false}
        elementsSelectable={false}
        disableKeyboardA11y
        zoomOnDoubleClick={false}
        onMove={onMove}
        onPaneClick={onPaneClick}
      >
        <Wires />
        {lens === "traffic" && !far && <WireRates />}
        {lens === "traffic" && <FailureMarks />}
      </ReactFlow>
      <FlowCanvas stageRef={props.stageRef} />
      <ZoomBar letGo={letGo} again={again} />
    </>
  );
}
