import { useStore } from "@xyflow/react";
import { memo, useEffect, useRef } from "react";
import type { Health } from "../../kinds/define.ts";
import { useView } from "../app/appModel.ts";
import { useStage } from "./stageStore.ts";
import { coloursNow } from "../app/theme.ts";
import type { NodePlace, PodPlace } from "./places.ts";

const hue = { ok: "--ok", progressing: "--progress", warning: "--warn", failed: "--fail", terminating: "--going", unknown: "--unknown" } as const;
type CellState = keyof typeof hue;
/** Beside the states: what is selected, and the ink of a name on a full cell. */
const inks = { ...hue, brass: "--brass", ground: "--ground" } as const;
type Ink = keyof typeof inks;

const coloursOf = new Map<string, Readonly<Record<Ink, string>>>();

/** The states' colours, read once a theme: each reading makes the browser bring all styles up to date. */
function colours(theme: string): Readonly<Record<Ink, string>> {
  const known = coloursOf.get(theme);
  if (known !== undefined) return known;
  const style = getComputedStyle(document.documentElement);
  const read = Object.fromEntries(Object.entries(inks).map(([ink, name]) => [ink, style.getPropertyValue(name)])) as Record<Ink, string>;
  coloursOf.set(theme, read);
  return read;
}

function drawCell(context: CanvasRenderingContext2D, { box }: PodPlace, health: Health | "terminating", colour: string): void {
  context.fillStyle = colour;
  context.strokeStyle = colour;
  if (health === "ok") {
    context.fillRect(box.x, box.y, box.width, box.height);
    return;
  }
  context.strokeRect(box.x + 0.75, box.y + 0.75, box.width - 1.5, box.height - 1.5);
  if (health === "progressing") context.fillRect(box.x, box.y + box.height / 2, box.width, box.height / 2);
  if (health !== "failed" && health !== "warning") return;
  context.beginPath();
  context.moveTo(box.x + 2.5, box.y + 2.5);
  context.lineTo(box.x + box.width - 2.5, box.y + box.height - 2.5);
  if (health === "failed") {
    context.moveTo(box.x + box.width - 2.5, box.y + 2.5);
    context.lineTo(box.x + 2.5, box.y + box.height - 2.5);
  }
  context.stroke();
}

function stateOf({ fact }: PodPlace): CellState {
  return fact.deleting ? "terminating" : fact.health;
}

/** The part of a pod's name that tells it from its siblings. */
function shortest(name: string): string {
  return (name.split("-").at(-1) ?? name).slice(0, 6);
}

/** From this zoom on a cell has room for a name; drawn in as many more pixels. */
const nameZoom = 2.6;
const nearRatio = 5;
/** Up to this zoom half of the usual pixels are more than are shown: with a hundred nodes pixels are what a picture costs. */
const farZoom = 0.5;

type Distance = "far" | "usual" | "near";

function distanceAt(zoom: number): Distance {
  return zoom >= nameZoom ? "near" : zoom <= farZoom ? "far" : "usual";
}

function ratioAt(distance: Distance): number {
  return distance === "near" ? nearRatio : distance === "far" ? Math.max(1, devicePixelRatio / 2) : Math.max(2, devicePixelRatio);
}

/**
 * Pods as cells: one canvas a node, whatever their number. Shape tells the state beside the hue: full, hollow, crossed. Near enough,
 * each carries its name.
 */
export const CellCanvas = memo(function CellCanvas({ place }: { readonly place: NodePlace }) {
  const ref = useRef<HTMLCanvasElement>(null);
  const drawn = useRef("");
  useView((state) => state.theme);
  useView((state) => state.projector);
  const selected = useView(({ selection }) => (selection?.type === "object" && place.cells.some(({ fact }) => fact.uid === selection.uid) ? selection.uid : null));
  const pointed = useView((state) => (state.pointed?.by === "editor" ? state.pointed.uids : null));
  const found = useStage((state) => state.found);
  const distance = useStore((state) => distanceAt(state.transform[2]));
  const near = distance === "near";
  const theme = coloursNow();
  const { width, height } = place.box;
  useEffect(() => {
    const ringed = new Set(pointed);
    if (selected !== null) ringed.add(selected);
    const isDim = (cell: PodPlace) => found !== null && !found.has(cell.fact.uid);
    const picture = place.cells.reduce((text, cell) => `${text} ${cell.box.x},${cell.box.y}${stateOf(cell)}${isDim(cell) ? "-" : ""}${ringed.has(cell.fact.uid) ? "o" : ""}`, `${theme} ${width}x${height} ${distance}`);
    if (picture === drawn.current) return;
    drawn.current = picture;
    const canvas = ref.current;
    const context = canvas?.getContext("2d");
    if (canvas === null || context === null || context === undefined) return;
    const ratio = ratioAt(distance);
    // Setting a size gives the canvas new memory, even where it is the same.
    if (canvas.width !== Math.floor(width * ratio)) canvas.width = width * ratio;
    if (canvas.height !== Math.floor(height * ratio)) canvas.height = height * ratio;
    const colourOf = colours(theme);
    context.setTransform(ratio, 0, 0, ratio, 0, 0);
    context.clearRect(0, 0, width, height);
    context.lineWidth = 1.5;
    context.font = "600 2.9px 'IBM Plex Mono', monospace";
    context.textAlign = "center";
    context.textBaseline = "middle";
    for (const cell of place.cells) {
      const state = stateOf(cell);
      context.globalAlpha = isDim(cell) ? 0.22 : 1;
      drawCell(context, cell, state, colourOf[state]);
      if (near) {
        context.fillStyle = state === "ok" ? colourOf.ground : colourOf[state];
        context.fillText(shortest(cell.fact.ref.name), cell.box.x + cell.box.width / 2, cell.box.y + cell.box.height * (state === "progressing" ? 0.27 : 0.53), cell.box.width - 1);
      }
      if (ringed.has(cell.fact.uid)) {
        context.strokeStyle = colourOf.brass;
        context.strokeRect(cell.box.x - 1.5, cell.box.y - 1.5, cell.box.width + 3, cell.box.height + 3);
      }
    }
    context.globalAlpha = 1;
  }, [place, width, height, theme, selected, pointed, found, distance, near]);
  return <canvas ref={ref} className="cells" aria-hidden="true" data-theme-drawn={theme} style={{ width, height }} />;
});
