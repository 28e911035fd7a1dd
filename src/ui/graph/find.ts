import type { GraphFact } from "../../hosts/protocol.ts";
import type { StageLayout } from "./stageLayout.ts";

/** Labels are searched too: "app=web" finds its pods. */
function textOf({ ref, summary }: GraphFact): string {
  const labels = summary.tier === "pod" ? Object.entries(summary.labels).map(([key, value]) => `${key}=${value}`).join(" ") : "";
  const status = summary.tier === "pod" ? `${summary.status} ${summary.ready ? "ready" : ""}` : "";
  return `${ref.gvk.kind} ${ref.namespace}/${ref.name} ${status} ${labels}`.toLowerCase();
}

/** Ids of what is drawn and matches all words; null where nothing is looked for. */
export function findInPicture(find: string, layout: StageLayout): ReadonlySet<string> | null {
  const words = find.trim().toLowerCase().split(/\s+/).filter((word) => word !== "");
  if (words.length === 0) return null;
  const found = new Set<string>();
  const look = (id: string, text: string) => {
    if (words.every((word) => text.includes(word))) found.add(id);
  };
  for (const { item } of layout.left) if (item.type !== "more" && item.type !== "vacant") look(item.id, `${item.name.toLowerCase()} ${item.fact === undefined ? "" : textOf(item.fact)}`);
  for (const { fact, cells, room } of layout.nodes) {
    look(fact.uid, textOf(fact));
    for (const cell of cells) look(cell.fact.uid, textOf(cell.fact));
    for (const pod of room) look(pod.uid, textOf(pod));
  }
  for (const { fact } of layout.pods) look(fact.uid, textOf(fact));
  return found;
}

/** The match after the one that is selected, in the picture's order. */
export function nextFound(found: ReadonlySet<string>, selected: string | null, back: boolean): string | null {
  const all = [...found];
  if (all.length === 0) return null;
  const at = selected === null ? -1 : all.indexOf(selected);
  return all[at < 0 ? (back ? all.length - 1 : 0) : (at + (back ? -1 : 1) + all.length) % all.length] ?? null;
}
