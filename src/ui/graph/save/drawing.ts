import { element, escaped, fitted } from "./svgText.ts";

/** From the screen to the graph's own measure: what is zoomed or panned is drawn the same. */
interface Frame {
  readonly left: number;
  readonly top: number;
  readonly zoom: number;
}

interface Area {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

function areaOf(rect: DOMRect, { left, top, zoom }: Frame): Area {
  return { x: (rect.left - left) / zoom, y: (rect.top - top) / zoom, width: rect.width / zoom, height: rect.height / zoom };
}

const isClear = (colour: string): boolean => colour === "transparent" || /^rgba\(.*, 0\)$|\/ 0\)$/.test(colour);

/** The box of an element: its ground and its border, all around or side by side. */
function boxOf(style: CSSStyleDeclaration, { x, y, width, height }: Area): string {
  const sides = (["top", "right", "bottom", "left"] as const).map((side) => ({ side, width: Number.parseFloat(style.getPropertyValue(`border-${side}-width`)), line: style.getPropertyValue(`border-${side}-style`), colour: style.getPropertyValue(`border-${side}-color`) }));
  const seen = sides.filter((side) => side.width > 0 && side.line !== "none" && !isClear(side.colour));
  const [first] = seen;
  const isEven = seen.length === 4 && seen.every((side) => side.width === first?.width && side.colour === first.colour && side.line === first.line);
  const radius = Math.min(Number.parseFloat(style.borderTopLeftRadius) || 0, width / 2, height / 2);
  const ground = isClear(style.backgroundColor) ? "none" : style.backgroundColor;
  const dashes = (line: string, thick: number): string | null => (line === "dashed" ? `${thick * 3} ${thick * 2}` : line === "dotted" ? `${thick} ${thick}` : null);
  let drawn = "";
  if (isEven && first !== undefined) {
    const half = first.width / 2;
    drawn += element("rect", { x: x + half, y: y + half, width: width - first.width, height: height - first.width, rx: Math.max(0, radius - half), fill: ground, stroke: first.colour, "stroke-width": first.width, "stroke-dasharray": dashes(first.line, first.width) });
  } else {
    if (ground !== "none") drawn += element("rect", { x, y, width, height, rx: radius, fill: ground });
    for (const { side, width: thick, line, colour } of seen) {
      const [x1, y1] = side === "right" ? [x + width - thick / 2, y] : side === "bottom" ? [x, y + height - thick / 2] : [x + (side === "left" ? thick / 2 : 0), y + (side === "top" ? thick / 2 : 0)];
      const isUpright = side === "left" || side === "right";
      drawn += element("line", { x1, y1, x2: isUpright ? x1 : x + width, y2: isUpright ? y + height : y1, stroke: colour, "stroke-width": thick, "stroke-dasharray": dashes(line, thick) });
    }
  }
  return drawn;
}

let ruler: CanvasRenderingContext2D | null = null;

/** The words of a text node, as wide as the boxes around let them be. */
function wordsOf(node: Text, style: CSSStyleDeclaration, clip: Area, frame: Frame): string {
  const raw = (node.textContent ?? "").replaceAll(/\s+/g, " ");
  if (raw.trim() === "") return "";
  const range = document.createRange();
  range.selectNodeContents(node);
  const rect = range.getBoundingClientRect();
  if (rect.width === 0) return "";
  const { x, y, height } = areaOf(rect, frame);
  const shown = style.textTransform === "uppercase" ? raw.toUpperCase() : raw;
  ruler ??= document.createElement("canvas").getContext("2d");
  const family = style.fontFamily.replaceAll('"', "'");
  if (ruler !== null) ruler.font = `${style.fontStyle} ${style.fontWeight} ${style.fontSize} ${family}`;
  const spacing = Number.parseFloat(style.letterSpacing) || 0;
  const text = fitted(shown, clip.x + clip.width - x + 0.5, (part) => (ruler?.measureText(part).width ?? 0) + part.length * spacing);
  return element("text", { x, y: y + height / 2, fill: style.color, "font-family": family, "font-size": style.fontSize, "font-weight": style.fontWeight, "letter-spacing": spacing === 0 ? null : spacing, "dominant-baseline": "central", "xml:space": "preserve" }, escaped(text));
}

const strokes = ["fill", "stroke", "stroke-width", "stroke-dasharray", "stroke-linecap", "stroke-linejoin", "opacity"] as const;
const shapes = ["path", "line", "rect", "circle", "ellipse", "polyline", "polygon"] as const;
const places = ["d", "x", "y", "x1", "x2", "y1", "y2", "width", "height", "cx", "cy", "r", "rx", "ry", "points", "transform"] as const;

/** A drawing within the page: its shapes, as their styles paint them. */
function shapesOf(svg: SVGSVGElement, frame: Frame): string {
  const { x, y, width, height } = areaOf(svg.getBoundingClientRect(), frame);
  let inner = "";
  for (const shape of svg.querySelectorAll<SVGGraphicsElement>(shapes.join(","))) {
    const style = getComputedStyle(shape);
    const attributes: Record<string, string> = {};
    for (const name of places) {
      const value = shape.getAttribute(name);
      if (value !== null) attributes[name] = value;
    }
    for (const name of strokes) {
      const value = style.getPropertyValue(name);
      if (value !== "") attributes[name] = value;
    }
    inner += element(shape.localName, attributes);
  }
  return inner === "" ? "" : element("svg", { x, y, width, height, viewBox: svg.getAttribute("viewBox"), overflow: "visible" }, inner);
}

function within(a: Area, b: Area): Area {
  const x = Math.max(a.x, b.x);
  const y = Math.max(a.y, b.y);
  return { x, y, width: Math.max(0, Math.min(a.x + a.width, b.x + b.width) - x), height: Math.max(0, Math.min(a.y + a.height, b.y + b.height) - y) };
}

function drawn(node: Element, clip: Area, frame: Frame): string {
  const style = getComputedStyle(node);
  if (style.display === "none" || style.visibility === "hidden" || Number(style.opacity) === 0) return "";
  const area = areaOf(node.getBoundingClientRect(), frame);
  if (node instanceof HTMLCanvasElement) return node.width === 0 ? "" : element("image", { ...area, href: node.toDataURL("image/png") });
  if (node instanceof SVGSVGElement) return shapesOf(node, frame);
  const inside = style.overflowX === "visible" ? clip : within(clip, area);
  let inner = area.width > 0 && area.height > 0 ? boxOf(style, area) : "";
  for (const child of node.childNodes) {
    if (child instanceof Text) inner += wordsOf(child, style, inside, frame);
    else if (child instanceof Element) inner += drawn(child, inside, frame);
  }
  return inner !== "" && Number(style.opacity) < 1 ? element("g", { opacity: Number(style.opacity) }, inner) : inner;
}

const everywhere: Area = { x: -1e6, y: -1e6, width: 2e6, height: 2e6 };
const margin = 24;

/**
 * What the graph shows, as an SVG that stands alone: boxes, words, wires, and pods that are cells. It is read from the page, so that it is what one sees in
 * every lens; no HTML is in it. `fonts`: the text of a style element.
 */
export function drawingOf(viewport: HTMLElement, zoom: number, bounds: { readonly width: number; readonly height: number }, ground: string, fonts: string): { readonly svg: string; readonly width: number; readonly height: number } {
  const { left, top } = viewport.getBoundingClientRect();
  const inner = drawn(viewport, everywhere, { left, top, zoom });
  const [width, height] = [Math.ceil(bounds.width + 2 * margin), Math.ceil(bounds.height + 2 * margin)];
  const box = { x: -margin, y: -margin, width, height };
  const svg = element("svg", { xmlns: "http://www.w3.org/2000/svg", width, height, viewBox: `${-margin} ${-margin} ${width} ${height}` }, `${fonts === "" ? "" : element("style", {}, escaped(fonts))}${element("rect", { ...box, fill: ground })}${inner}`);
  return { svg, width, height };
}
