import { ViewportPortal } from "@xyflow/react";
import { memo, useMemo } from "react";
import { useView } from "../app/appModel.ts";
import { curvePath, wireCurves, type Box, type Point } from "./geometry.ts";
import { useStage } from "./stageStore.ts";

interface Path {
  readonly d: string;
  open: boolean;
  /** It begins or ends at what is selected. */
  lit: boolean;
}

/** All wires in one SVG under the boxes. Where pods are cells, a service has one wire to each machine that holds a pod of it. */
export const Wires = memo(function Wires() {
  const layout = useStage((state) => state.layout);
  const wires = useStage((state) => state.picture.wires);
  const selected = useView(({ selection }) => (selection?.type === "object" ? selection.uid : selection?.type === "part" ? (selection.part === null ? selection.process : `${selection.process}#${selection.part}`) : null));
  const paths = useMemo(() => {
    const drawn = new Map<string, Path>();
    // All cells of a machine share its box: one curve serves them.
    const ways = new Map<Box, Map<Box, string>>();
    const way = (from: Box, to: Box, gap: Point | undefined): string => {
      const known = ways.get(from)?.get(to);
      if (known !== undefined) return known;
      const d = wireCurves(from, to, gap).map(curvePath).join("");
      const others = ways.get(from);
      if (others === undefined) ways.set(from, new Map([[to, d]]));
      else others.set(to, d);
      return d;
    };
    for (const wire of wires) {
      const from = layout.boxOf.get(wire.from);
      const to = layout.boxOf.get(wire.to);
      if (from === undefined || to === undefined) continue;
      const d = way(from, to, layout.gapOf.get(wire.to));
      const path = drawn.get(d);
      const lit = selected !== null && (wire.from === selected || wire.to === selected);
      if (path === undefined) drawn.set(d, { d, open: wire.open, lit });
      else {
        path.open ||= wire.open;
        path.lit ||= lit;
      }
    }
    // One element for all that look alike.
    const alike = new Map<string, string>();
    for (const { d, open, lit } of drawn.values()) {
      const look = `wire${open ? "" : " shut"}${lit ? " lit" : ""}`;
      alike.set(look, (alike.get(look) ?? "") + d);
    }
    return [...alike];
  }, [layout, wires, selected]);
  return (
    <ViewportPortal>
      <svg className="wires" width={layout.bounds.width} height={layout.bounds.height} aria-hidden="true">
        {paths.map(([look, d]) => (
          <path key={look} className={look} d={d} />
        ))}
      </svg>
    </ViewportPortal>
  );
});
