import type { GraphFact } from "../../hosts/protocol.ts";
import type { Health } from "../../kinds/define.ts";
import { t } from "../language/text.ts";
import { cpuText, memoryText } from "../selectors/amountText.ts";
import { glyphs, podWord, shortPodName } from "../selectors/stateWords.ts";
import type { PodPlace } from "./places.ts";

/** How a pod is drawn on its machine's canvas: as a cell, or as the card that it is in the DOM while there are few. */
const hue = { ok: "--ok", progressing: "--progress", warning: "--warn", failed: "--fail", terminating: "--going", unknown: "--unknown" } as const;
type CellState = keyof typeof hue;
/** Beside the states: what is selected, the ink of a name on a full cell, and what cards are made of. */
const inks = { ...hue, brass: "--brass", ground: "--ground", raised: "--raised", line: "--line", text: "--text", faint: "--text-3" } as const;
type Ink = keyof typeof inks;

export type Colours = Readonly<Record<Ink, string>>;

const coloursOf = new Map<string, Colours>();

/** The states' colours, read once a theme: each reading makes the browser bring all styles up to date. */
export function colours(theme: string): Colours {
  const known = coloursOf.get(theme);
  if (known !== undefined) return known;
  const style = getComputedStyle(document.documentElement);
  const read = Object.fromEntries(Object.entries(inks).map(([ink, name]) => [ink, style.getPropertyValue(name)])) as Colours;
  coloursOf.set(theme, read);
  return read;
}

export function drawCell(context: CanvasRenderingContext2D, { box }: PodPlace, health: Health | "terminating", colour: string): void {
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

export function stateOf(fact: GraphFact): CellState {
  return fact.deleting ? "terminating" : fact.health;
}

/** The part of a pod's name that tells it from its siblings. */
export function shortest(name: string): string {
  return (name.split("-").at(-1) ?? name).slice(0, 6);
}


/** What a pod asks for, as manifests write it. */
function askedText(fact: GraphFact): string {
  if (fact.summary.tier !== "pod") return "";
  const { cpuMilli, memoryBytes } = fact.summary;
  const words = [cpuMilli > 0 ? t`${cpuText(cpuMilli)} cpu` : "", memoryBytes > 0 ? memoryText(memoryBytes) : ""].filter((one) => one !== "");
  return words.length === 0 ? t`asks for nothing` : words.join(" ");
}

/** The second line of a pod's card: how it is, or while all is well, in the lens of machines, what it asks for. `restarts`: "" without any. */
export function cardWords(fact: GraphFact, placement: boolean): { readonly words: string; readonly restarts: string } {
  const state = stateOf(fact);
  const restarts = fact.summary.tier === "pod" && fact.summary.restarts > 0 ? `↻${fact.summary.restarts}` : "";
  return { words: `${glyphs[state]} ${placement && state === "ok" ? askedText(fact) : podWord(fact)}`, restarts };
}

function fitted(context: CanvasRenderingContext2D, text: string, width: number): string {
  if (context.measureText(text).width <= width) return text;
  let end = text.length - 1;
  while (end > 1 && context.measureText(`${text.slice(0, end)}…`).width > width) end--;
  return `${text.slice(0, end)}…`;
}

const card = { radius: 5, bar: 3, padding: 10, nameY: 11.5, wordsY: 27, name: "11px 'IBM Plex Mono', monospace", words: "10.5px 'IBM Plex Sans', sans-serif" } as const;

/** The same card as the element has it (stage.css). */
export function drawCard(context: CanvasRenderingContext2D, { fact, box }: PodPlace, placement: boolean, ink: Colours): void {
  const state = stateOf(fact);
  const { words, restarts } = cardWords(fact, placement);
  const right = box.x + box.width - card.padding + card.bar;
  context.save();
  context.beginPath();
  context.roundRect(box.x + 0.5, box.y + 0.5, box.width - 1, box.height - 1, card.radius);
  context.fillStyle = ink.raised;
  context.fill();
  context.lineWidth = 1;
  context.strokeStyle = ink.line;
  if (state === "terminating") context.setLineDash([3, 2]);
  context.stroke();
  context.clip();
  context.fillStyle = ink[state];
  context.fillRect(box.x, box.y, card.bar, box.height);
  context.textBaseline = "middle";
  context.font = card.words;
  context.textAlign = "right";
  context.fillStyle = ink.faint;
  context.fillText(restarts, right, box.y + card.wordsY);
  const room = right - box.x - card.padding - (restarts === "" ? 0 : context.measureText(restarts).width + 4);
  context.textAlign = "left";
  context.fillStyle = ink[state];
  context.fillText(fitted(context, words, room), box.x + card.padding, box.y + card.wordsY);
  context.font = card.name;
  context.fillStyle = ink.text;
  context.fillText(fitted(context, shortPodName(fact.ref.name), right - box.x - card.padding), box.x + card.padding, box.y + card.nameY);
  context.restore();
}
