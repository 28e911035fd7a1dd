/** What the page's fragment asks for. */
export type LinkTarget =
  | { readonly type: "none" }
  | { readonly type: "scenario"; readonly id: string }
  | { readonly type: "recording"; readonly payload: string; readonly atUs: number | null; readonly lens: string | null; readonly select: string | null }
  /** A fragment that no Orrery wrote, or that a newer one did. */
  | { readonly type: "foreign"; readonly text: string };

function unescaped(text: string | undefined): string | null {
  if (text === undefined || text === "" || text.length > 400) return null;
  try {
    return decodeURIComponent(text);
  } catch {
    return null;
  }
}

/** Reads "#r1=...&at=...&lens=...&select=...", "#s=<id>". */
export function readFragment(fragment: string): LinkTarget {
  const text = fragment.replace(/^#/, "");
  if (text === "") return { type: "none" };
  const parts = new Map(text.split("&").map((part): [string, string] => {
    const equals = part.indexOf("=");
    return equals < 0 ? [part, ""] : [part.slice(0, equals), part.slice(equals + 1)];
  }));
  const payload = parts.get("r1");
  if (payload !== undefined) {
    const at = parts.get("at");
    const atUs = at !== undefined && /^\d{1,15}$/.test(at) ? Number(at) : null;
    return { type: "recording", payload, atUs, lens: parts.get("lens") ?? null, select: unescaped(parts.get("select")) };
  }
  const scenario = parts.get("s");
  if (scenario !== undefined && /^[a-z0-9-]{1,64}$/.test(scenario)) return { type: "scenario", id: scenario };
  return { type: "foreign", text: text.slice(0, 40) };
}

/** A link to a recording at a moment, seen through a lens, with an object selected. */
export function writeFragment(payload: string, atUs: number, lens: string, select: string | null = null): string {
  return `#r1=${payload}&at=${atUs}&lens=${lens}${select === null ? "" : `&select=${encodeURIComponent(select)}`}`;
}
