import type { GraphFact } from "../../../hosts/protocol.ts";
import { t } from "../../language/text.ts";
import { groupedNumber } from "../../selectors/clockText.ts";

const size = 8;
const pitch = 11;
const perRow = 14;
/** More replicas than this are counted. */
const mostCells = 56;
/** Height of the line that counts them. */
const moreLine = 14;

export interface Replicas {
  /** A letter a replica: its state, or "g" for one that is owed and not there yet. In the order ready, on its way, failed, owed, going. */
  readonly cells: string;
  /** How many have no cell. */
  readonly more: number;
  readonly owed: number;
}

export function replicasOf(pods: readonly GraphFact[], desired: number): Replicas {
  const letters = { o: 0, p: 0, w: 0, f: 0, t: 0 };
  for (const { deleting, health } of pods) letters[deleting ? "t" : health === "ok" ? "o" : health === "failed" ? "f" : health === "warning" ? "w" : "p"]++;
  const owed = Math.max(0, desired - (pods.length - letters.t));
  const cells = ["o", "p", "w", "f"].map((letter) => letter.repeat(letters[letter as "o"])).join("") + "g".repeat(Math.min(mostCells, owed)) + "t".repeat(letters.t);
  return { cells: cells.slice(0, mostCells), more: Math.max(0, pods.length + owed - mostCells), owed };
}

export function cellsHeight({ cells, more }: Replicas): number {
  return Math.ceil(cells.length / perRow) * pitch + (more > 0 ? moreLine : 0);
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
export function ReplicaCells({ replicas }: { readonly replicas: Replicas }) {
  const { cells, more } = replicas;
  const paths = new Map<string, string>();
  [...cells].forEach((letter, index) => {
    paths.set(letter, (paths.get(letter) ?? "") + shape(letter, (index % perRow) * pitch, Math.floor(index / perRow) * pitch));
  });
  return (
    <svg className="replicas" width={perRow * pitch} height={cellsHeight(replicas)} aria-hidden="true">
      {[...paths].map(([letter, d]) => (
        <path key={letter} className={classes[letter] ?? ""} d={d} />
      ))}
      {more > 0 && (
        <text className="replicas-more micro" x={0} y={cellsHeight(replicas) - 3}>
          {t`and ${groupedNumber(more)} more`}
        </text>
      )}
    </svg>
  );
}
