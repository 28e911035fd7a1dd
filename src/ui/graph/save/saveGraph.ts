import { saveFile } from "../../app/saveFile.ts";
import { drawingOf } from "./drawing.ts";

export type GraphFormat = "svg" | "png";

/** Pixels of a PNG for each of the graph. */
const pngScale = 2;
/** What browsers surely draw at once. */
const mostPixels = 16_000_000;

/** The page's own fonts as data, so that the file looks the same where they are not installed. */
async function fontFaces(): Promise<string> {
  const rules = [...document.styleSheets].flatMap((sheet) => [...sheet.cssRules]).filter((rule): rule is CSSFontFaceRule => rule instanceof CSSFontFaceRule);
  const faces = await Promise.all(
    rules.map(async ({ style, parentStyleSheet }) => {
      const address = /url\("?([^")]+\.woff2)"?\)/.exec(style.getPropertyValue("src"))?.[1];
      if (address === undefined) return "";
      const response = await fetch(new URL(address, parentStyleSheet?.href ?? document.baseURI));
      const bytes = new Uint8Array(await response.arrayBuffer());
      const text = btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join(""));
      return `@font-face{font-family:${style.getPropertyValue("font-family")};font-weight:${style.getPropertyValue("font-weight")};src:url(data:font/woff2;base64,${text}) format("woff2")}`;
    }),
  );
  return faces.join("");
}

async function pngOf({ svg, width, height }: { readonly svg: string; readonly width: number; readonly height: number }): Promise<Blob> {
  const image = new Image();
  image.src = `data:image/svg+xml;charset=utf-8,${encodeURIComponent(svg)}`;
  await image.decode();
  const scale = Math.min(pngScale, Math.sqrt(mostPixels / (width * height)));
  const canvas = document.createElement("canvas");
  canvas.width = Math.round(width * scale);
  canvas.height = Math.round(height * scale);
  canvas.getContext("2d")?.drawImage(image, 0, 0, canvas.width, canvas.height);
  return new Promise((resolve, reject) => canvas.toBlob((blob) => (blob === null ? reject(new Error("this browser cannot draw it")) : resolve(blob)), "image/png"));
}

/** Saves what the graph shows as a file. Rejects where the graph is not on the page. */
export async function saveGraph(format: GraphFormat, lens: string): Promise<string> {
  const viewport = document.querySelector<HTMLElement>(".stage .react-flow__viewport");
  // The wires lie under all of the graph.
  const wires = viewport?.querySelector("svg.wires");
  if (viewport === null || wires === null || wires === undefined) throw new Error("It is shown as a tree: go back to the picture first (T).");
  const bounds = { width: Number(wires.getAttribute("width")), height: Number(wires.getAttribute("height")) };
  const zoom = Number(/scale\(([\d.]+)\)/.exec(viewport.style.transform)?.[1] ?? 1);
  const drawing = drawingOf(viewport, zoom, bounds, getComputedStyle(document.documentElement).getPropertyValue("--ground").trim(), await fontFaces());
  const name = `orrery-${lens}.${format}`;
  saveFile(name, format === "svg" ? drawing.svg : await pngOf(drawing), "image/svg+xml");
  return name;
}
