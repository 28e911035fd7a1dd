import { useStore } from "@xyflow/react";
import { memo, useEffect, useRef } from "react";
import { useView } from "../app/appModel.ts";
import { useStage } from "./stageStore.ts";
import { useColours } from "../app/useColours.ts";
import type { NodePlace, PodPlace } from "./places.ts";
import { cardWords, colours, drawCard, drawCell, shortest, stateOf } from "./podDrawing.ts";
import { sizes } from "./sizes.ts";

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

function isCard({ box }: PodPlace): boolean {
  return box.width === sizes.pod.width;
}

/**
 * Pods as cells: one canvas a node, whatever their number. Shape tells the state beside the hue: full, hollow, crossed. Near enough,
 * each carries its name. Before there are that many, and too many for elements, each is drawn as its card.
 */
export const CellCanvas = memo(function CellCanvas({ place }: { readonly place: NodePlace }) {
  const ref = useRef<HTMLCanvasElement>(null);
  const drawn = useRef("");
  const selected = useView(({ selection }) => (selection?.type === "object" && place.cells.some(({ fact }) => fact.uid === selection.uid) ? selection.uid : null));
  const pointed = useView((state) => (state.pointed?.by === "editor" ? state.pointed.uids : null));
  const found = useStage((state) => state.found);
  const distance = useStore((state) => distanceAt(state.transform[2]));
  const near = distance === "near";
  const placement = useStage((state) => state.lens.id === "placement");
  const theme = useColours();
  const { width, height } = place.box;
  useEffect(() => {
    const ringed = new Set(pointed);
    if (selected !== null) ringed.add(selected);
    const isDim = (cell: PodPlace) => found !== null && !found.has(cell.fact.uid);
    const picture = place.cells.reduce((text, cell) => `${text} ${cell.box.x},${cell.box.y}${isCard(cell) ? `${cell.fact.ref.name}${Object.values(cardWords(cell.fact, placement)).join("")}` : stateOf(cell.fact)}${isDim(cell) ? "-" : ""}${ringed.has(cell.fact.uid) ? "o" : ""}`, `${theme} ${width}x${height} ${distance}`);
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
      const state = stateOf(cell.fact);
      context.globalAlpha = isDim(cell) ? 0.22 : 1;
      if (isCard(cell)) drawCard(context, cell, placement, colourOf);
      else drawCell(context, cell, state, colourOf[state]);
      if (near && !isCard(cell)) {
        context.fillStyle = state === "ok" ? colourOf.ground : colourOf[state];
        context.fillText(shortest(cell.fact.ref.name), cell.box.x + cell.box.width / 2, cell.box.y + cell.box.height * (state === "progressing" ? 0.27 : 0.53), cell.box.width - 1);
      }
      if (ringed.has(cell.fact.uid)) {
        context.strokeStyle = colourOf.brass;
        context.strokeRect(cell.box.x - 1.5, cell.box.y - 1.5, cell.box.width + 3, cell.box.height + 3);
      }
    }
    context.globalAlpha = 1;
  }, [place, width, height, theme, selected, pointed, found, distance, near, placement]);
  return <canvas ref={ref} className="cells" aria-hidden="true" data-theme-drawn={theme} style={{ width, height }} />;
});
