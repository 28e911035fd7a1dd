import type { GraphFact } from "../../../hosts/protocol.ts";

const size = 8;
const pitch = 11;
const perRow = 14;
/** More replicas than this are counted. */
const mostCells = 56;

/** A letter a replica: its state, or "g" for one that is owed and not there yet. In the order ready, on its way, failed, owed, going. */
export function replicaLetters(pods: readonly GraphFact[], desired: number): string {
  const letters = { o: 0, p: 0, w: 0, f: 0, t: 0 };
  for (const { deleting, health } of pods) letters[deleting ? "t" : health === "ok" ? "o" : health === "failed" ? "f" : health === "warning" ? "w" : "p"]++;
  const live = pods.length - letters.t;
  const all = ["o", "p", "w", "f"].map((letter) => letter.repeat(letters[letter as "o"])).join("") + "g".repeat(Math.min(mostCells, Math.max(0, desired - live))) + "t".repeat(letters.t);
  return all.slice(0, mostCells + 1);
}

export function cellsHeight(cells: string): number {
  return Math.ceil(Math.min(mostCells, cells.length) / perRow) * pitch;
}

const classes: Readonly<Record<string, string>> = { o: "st-ok full", p: "st-progressing half", w: "st-warning", f: "st-failed cross", t: "st-terminating dash", g: "st-owed dash" };

function shape(letter: string, x: number, y: number): string {
  const square = `M${x + 0.75} ${y + 0.75}h${size - 1.5}v${size - 1.5}h${1.5 - size}z`;
  if (letter === "p") return `${square}M${x + 0.75} ${y + size / 2}h${size - 1.5}`;
  if (letter === "f") return `${square}M${x + 2} ${y + 2}l${size - 4} ${size - 4}m0 ${4 - size}l${4 - size} ${size - 4}`;
  if (letter === "w") return `${square}M${x + 2} ${y + size - 2}l${size - 4} ${4 - size}`;
  return square;
}

/** Each replica as a cell, in one drawing with one path a state: full ready, half starting, crossed failed, dashed owed or going. */
export function ReplicaCells({ cells }: { readonly cells: string }) {
  const paths = new Map<string, string>();
  [...cells.slice(0, mostCells)].forEach((letter, index) => {
    paths.set(letter, (paths.get(letter) ?? "") + shape(letter, (index % perRow) * pitch, Math.floor(index / perRow) * pitch));
  });
  return (
    <svg className="replicas" width={perRow * pitch} height={cellsHeight(cells)} aria-hidden="true">
      {[...paths].map(([letter, d]) => (
        <path key={letter} className={classes[letter] ?? ""} d={d} />
      ))}
    </svg>
  );
}
