import { useReactFlow } from "@xyflow/react";
import { useCallback, useEffect, useRef, useState, type RefObject } from "react";
import { useApp, useCluster, useView } from "../app/appModel.ts";
import { isCalm } from "../design/isCalm.ts";
import { scaleNow, useScale } from "../design/scale.ts";
import { fitViewport, type Box } from "./geometry.ts";
import type { Room } from "./podColumns.ts";
import { useStage, useStageStore } from "./stageStore.ts";

/** Of the stage, at plain size: what stands over it grows with the type. */
const insets = { top: 52, right: 14, bottom: 58, left: 14 };
/** More room above while pins, or word of another time, stand there. */
const topUnderPins = 80;
/** Between the picture and the lines at the stage's foot, and from these to the stage's end. */
const roundFoot = 20;
/** `most`: how large a small picture is drawn by itself; `nearest`: how near a person can go, to read the names in cells. */
export const zooms = { least: 0.3, most: 1.35, nearest: 6 };

export interface FitProps {
  readonly stageRef: RefObject<HTMLElement | null>;
  readonly setRoom: (room: Room) => void;
}

/** The same size is the same picture, however often it was laid out. */
function keepBox() {
  let known = { x: 0, y: 0, width: 0, height: 0, anchor: 0 };
  return ({ bounds, machinesHeight }: { readonly bounds: Box; readonly machinesHeight: number }) => {
    if (bounds.width !== known.width || bounds.height !== known.height || machinesHeight !== known.anchor) known = { ...bounds, anchor: machinesHeight };
    return known;
  };
}

/** Keeps the whole picture in view until the person pans or zooms; a double click on the ground, or F, gives it back. */
export function useFit({ stageRef, setRoom }: FitProps) {
  const { setViewport, setCenter, getViewport } = useReactFlow();
  const { view } = useApp();
  const stage = useStageStore();
  const [keep] = useState(keepBox);
  const bounds = useStage((state) => keep(state.layout));
  const latest = useRef(bounds);
  const pinned = useView(({ pins }) => pins.length > 0);
  const past = useCluster((state) => state.lookingAt !== null);
  const top = useRef(insets.top);
  /** Height of the lines at the stage's foot. */
  const foot = useRef(0);
  const scale = useScale();
  const free = useRef(false);
  const first = useRef(true);
  /** As the observer told it: asking the element would make the browser lay out at once. */
  const size = useRef<{ readonly width: number; readonly height: number } | null>(null);
  const fit = useCallback(
    (calm: boolean) => {
      if (size.current === null || free.current) return;
      const moving = calm && !first.current && !isCalm();
      first.current = false;
      const round = { ...insets, top: top.current * scale, bottom: Math.max(insets.bottom * scale, foot.current + roundFoot * scale) };
      void setViewport(fitViewport(latest.current, size.current, round, { ...zooms, most: zooms.most * scale }, latest.current.anchor), { duration: moving ? 240 : 0 });
    },
    [setViewport, scale],
  );
  useEffect(() => {
    latest.current = bounds;
    top.current = pinned || past ? topUnderPins : insets.top;
    fit(true);
  }, [bounds, pinned, past, fit]);
  useEffect(() => {
    const host = stageRef.current;
    if (host === null) return;
    const resized = ({ width, height }: DOMRectReadOnly) => {
      if (size.current?.width === width && size.current.height === height) return;
      size.current = { width, height };
      setRoom({ width: width - insets.left - insets.right, height: height - insets.top - insets.bottom });
      fit(false);
    };
    const footResized = ({ height }: DOMRectReadOnly) => {
      const before = foot.current;
      foot.current = height;
      // Most lines take no more room than is left free anyway.
      if (Math.max(before, height) + roundFoot > insets.bottom) fit(true);
    };
    const observer = new ResizeObserver((entries) => {
      for (const { target, contentRect } of entries) (target === host ? resized : footResized)(contentRect);
    });
    observer.observe(host);
    const lines = host.querySelector(".stage-foot");
    if (lines !== null) observer.observe(lines);
    return () => observer.disconnect();
  }, [fit, setRoom, stageRef]);
  const letGo = useCallback(() => void (free.current = true), []);
  const again = useCallback(() => {
    free.current = false;
    fit(true);
  }, [fit]);
  useEffect(() => view.subscribe((state, before) => state.fitAsked !== before.fitAsked && again()), [view, again]);
  // What is searched for is brought into view where it is not in it already.
  useEffect(
    () =>
      stage.subscribe((state, before) => {
        if (state.goTo === null || state.goTo === before.goTo || size.current === null) return;
        const box = boxWanted(state.layout, state.goTo.id);
        if (box === undefined) return;
        const { x, y, zoom } = getViewport();
        const left = box.x * zoom + x;
        const top = box.y * zoom + y;
        const seen = zoom >= 0.6 && left >= 0 && top >= insets.top * scaleNow() && left + box.width * zoom <= size.current.width && top + box.height * zoom <= size.current.height - insets.bottom * scaleNow();
        if (seen) return;
        free.current = true;
        void setCenter(box.x + box.width / 2, box.y + box.height / 2, { zoom: Math.max(1, Math.min(zoom, 2)), duration: isCalm() ? 0 : 240 });
      }),
    [stage, setCenter, getViewport],
  );
  return { letGo, again };
}

/** A cell's own place rather than its machine's. */
function boxWanted({ nodes, boxOf }: { readonly nodes: readonly { readonly box: Box; readonly cells: readonly { readonly fact: { readonly uid: string }; readonly box: Box }[] }[]; readonly boxOf: ReadonlyMap<string, Box> }, id: string): Box | undefined {
  for (const { box, cells } of nodes) {
    const cell = cells.find(({ fact }) => fact.uid === id);
    if (cell !== undefined) return { ...cell.box, x: box.x + cell.box.x, y: box.y + cell.box.y };
  }
  return boxOf.get(id);
}
