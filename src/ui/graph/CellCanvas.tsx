import { memo, useEffect, useRef } from "react";
import type { Health } from "../../kinds/define.ts";
import { useView } from "../app/appModel.ts";
import { themeNow } from "../app/theme.ts";
import type { NodePlace, PodPlace } from "./trafficLayout.ts";

const hue = { ok: "--ok", progressing: "--progress", warning: "--warn", failed: "--fail", terminating: "--going", unknown: "--unknown" } as const;
type CellState = keyof typeof hue;

const coloursOf = new Map<string, Readonly<Record<CellState, string>>>();

/** The states' colours, read once a theme: each reading makes the browser bring all styles up to date. */
function colours(theme: string): Readonly<Record<CellState, string>> {
  const known = coloursOf.get(theme);
  if (known !== undefined) return known;
  const style = getComputedStyle(document.documentElement);
  const read = Object.fromEntries(Object.entries(hue).map(([state, name]) => [state, style.getPropertyValue(name)])) as Record<CellState, string>;
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

/** Pods as cells: one canvas a node, whatever their number. Shape tells the state beside the hue: full, hollow, crossed. */
export const CellCanvas = memo(function CellCanvas({ place }: { readonly place: NodePlace }) {
  const ref = useRef<HTMLCanvasElement>(null);
  const drawn = useRef("");
  useView((state) => state.theme);
  const theme = themeNow();
  const { width, height } = place.box;
  useEffect(() => {
    const picture = place.cells.reduce((text, cell) => `${text} ${cell.box.x},${cell.box.y}${stateOf(cell)}`, `${theme} ${width}x${height}`);
    if (picture === drawn.current) return;
    drawn.current = picture;
    const canvas = ref.current;
    const context = canvas?.getContext("2d");
    if (canvas === null || context === null || context === undefined) return;
    const ratio = Math.max(2, devicePixelRatio);
    // Setting a size gives the canvas new memory, even where it is the same.
    if (canvas.width !== Math.floor(width * ratio)) canvas.width = width * ratio;
    if (canvas.height !== Math.floor(height * ratio)) canvas.height = height * ratio;
    const colourOf = colours(theme);
    context.setTransform(ratio, 0, 0, ratio, 0, 0);
    context.clearRect(0, 0, width, height);
    context.lineWidth = 1.5;
    for (const cell of place.cells) drawCell(context, cell, stateOf(cell), colourOf[stateOf(cell)]);
  }, [place, width, height, theme]);
  return <canvas ref={ref} className="cells" aria-hidden="true" data-theme-drawn={theme} style={{ width, height }} />;
});
