import { useLayoutEffect, useRef, useState, type ReactNode } from "react";
import { Panel, type PanelImperativeHandle } from "react-resizable-panels";
import { useScale } from "../design/scale.ts";
import { isFolded, type PanelId } from "../stores/panels.ts";
import { useView } from "./appModel.ts";

export interface FoldablePanelProps {
  readonly id: PanelId;
  readonly minPx: number;
  /** Of its group, or in pixels; these grow with the type and are kept when the window is resized. */
  readonly size: `${number}%` | number;
  readonly maxSize?: string;
  readonly children: ReactNode;
}

/** A panel that can be folded away, by the divider as by a command. Folded it is out of reach of keys and readers, and keeps its state. */
export function FoldablePanel({ id, minPx, size, maxSize, children }: FoldablePanelProps) {
  const folded = useView((state) => isFolded(state, id));
  const scale = useScale();
  const handle = useRef<PanelImperativeHandle>(null);
  const drawnAt = useRef(scale);
  const foldedNow = useRef(folded);
  /** The scale at which it has a size to go back to: none where it was folded from the start. */
  const sizedAt = useRef(folded ? null : scale);
  const inPixels = typeof size === "number";
  const plain = inPixels ? `${size * scale}px` : size;
  useLayoutEffect(() => {
    // At the start the group is not there yet: the size that it begins with says it.
    if (foldedNow.current === folded) return;
    foldedNow.current = folded;
    if (folded) handle.current?.collapse();
    else if (sizedAt.current === scale) handle.current?.expand();
    else handle.current?.resize(plain);
    if (!folded) sizedAt.current = scale;
  }, [folded, plain, scale]);
  useLayoutEffect(() => {
    const panel = handle.current;
    if (panel === null || drawnAt.current === scale) return;
    if (inPixels && !panel.isCollapsed()) {
      panel.resize(panel.getSize().inPixels * (scale / drawnAt.current));
      sizedAt.current = scale;
    }
    drawnAt.current = scale;
  }, [scale, inPixels]);
  // As it is at the start: later it is told by its handle.
  const [begins] = useState(folded ? "0%" : plain);
  return (
    <Panel
      id={id}
      collapsible
      panelRef={handle}
      defaultSize={begins}
      minSize={`${minPx * scale}px`}
      {...(maxSize === undefined ? {} : { maxSize })}
      {...(inPixels ? { groupResizeBehavior: "preserve-pixel-size" as const } : {})}
    >
      <div className="panel-content" inert={folded}>
        {children}
      </div>
    </Panel>
  );
}
