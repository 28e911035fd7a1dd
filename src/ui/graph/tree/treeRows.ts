import type { GraphFact } from "../../../hosts/protocol.ts";
import { plural, t } from "../../language/text.ts";
import { isMachineRoom, type TrafficModel } from "../../selectors/trafficModel.ts";
import { podAccessibleName, readyWords } from "../../selectors/stateWords.ts";
import type { LensPicture } from "../lens.ts";

/** One branch or leaf: an object, or what the lens draws that is none. */
export interface TreeNode {
  readonly id: string;
  readonly words: string;
  /** The object that it stands for; null where it is none. */
  readonly uid: string | null;
  readonly children: readonly string[];
}

/** A line of the tree as it is unfolded. `path`: unique, as an object may hang under several. */
export interface TreeRow {
  readonly path: string;
  readonly node: TreeNode;
  readonly level: number;
  readonly open: boolean;
  /** Its place among its siblings, from 1, and how many they are. */
  readonly position: number;
  readonly siblings: number;
}

/** Children of one branch that are listed; the rest are counted. */
const mostChildren = 120;
const deepest = 6;

function factWords(fact: GraphFact): string {
  const { ref, summary, deleting, health } = fact;
  if (summary.tier === "pod") return podAccessibleName(fact);
  const name = `${ref.gvk.kind} ${ref.namespace === "" ? "" : `${ref.namespace}/`}${ref.name}`;
  const state = deleting ? t`being deleted` : health === "ok" ? "" : health === "progressing" ? t`on its way` : health;
  if (summary.tier === "node") return `${name}, ${summary.ready ? t`ready` : t`not ready`}${summary.unschedulable ? t`, cordoned` : ""}`;
  if (summary.tier === "workload") return `${name}, ${readyWords(fact)}`;
  return state === "" ? name : `${name}, ${state}`;
}

/** The picture as nodes by id, and the ids to begin with: what no wire leads to, then the machines, then what has no machine. */
export function treeOf(picture: LensPicture, model: TrafficModel, facts: ReadonlyMap<string, GraphFact>): { readonly nodes: ReadonlyMap<string, TreeNode>; readonly roots: readonly string[] } {
  const nodes = new Map<string, TreeNode>();
  const children = new Map<string, string[]>();
  const led = new Set<string>();
  const items = picture.columns.flatMap((column) => column.items).filter(({ type }) => type !== "head" && type !== "hint" && type !== "vacant" && type !== "more");
  const isItem = new Set(items.map(({ id }) => id));
  for (const { from, to } of picture.wires) {
    if (!isItem.has(from) || (!isItem.has(to) && !facts.has(to))) continue;
    led.add(to);
    const list = children.get(from);
    if (list === undefined) children.set(from, [to]);
    else if (!list.includes(to)) list.push(to);
  }
  for (const { id, name, inner } of items) {
    const fact = facts.get(id);
    nodes.set(id, { id, words: fact === undefined ? name : factWords(fact), uid: fact === undefined ? null : id, children: children.get(id) ?? [] });
    for (const part of inner ?? []) nodes.set(part.id, { id: part.id, words: t`${part.id.slice(part.id.indexOf("#") + 1)} controller`, uid: null, children: [] });
    if (inner !== undefined) nodes.set(id, { id, words: name, uid: null, children: [...inner.map((part) => part.id), ...(children.get(id) ?? [])] });
  }
  const addPod = (pod: GraphFact) => void (nodes.has(pod.uid) || nodes.set(pod.uid, { id: pod.uid, words: factWords(pod), uid: pod.uid, children: [] }));
  for (const pod of model.waiting) addPod(pod);
  for (const node of model.nodes) {
    const pods = [...(model.podsByNode.get(node.ref.name) ?? [])].sort((a, b) => Number(isMachineRoom(a.ref.namespace)) - Number(isMachineRoom(b.ref.namespace)));
    for (const pod of pods) addPod(pod);
    nodes.set(node.uid, { id: node.uid, words: `${factWords(node)}, ${pods.length} ${plural(pods.length, "pod", "pods")}`, uid: node.uid, children: pods.map(({ uid }) => uid) });
  }
  const roots = items.filter(({ id }) => !led.has(id)).map(({ id }) => id);
  roots.push(...model.nodes.map(({ uid }) => uid));
  const owed = model.owed.reduce((sum, { count }) => sum + count, 0);
  if (model.waiting.length > 0 || owed > 0) {
    nodes.set("tray", { id: "tray", words: t`Without a machine: ${model.waiting.length} ${plural(model.waiting.length, "pod", "pods")}${owed > 0 ? t`, and ${owed} still owed` : ""}`, uid: null, children: model.waiting.map(({ uid }) => uid) });
    roots.push("tray");
  }
  return { nodes, roots };
}

/** The lines that are to be seen: roots, and what is under an open branch. */
export function rowsOf({ nodes, roots }: ReturnType<typeof treeOf>, open: ReadonlySet<string>): readonly TreeRow[] {
  const rows: TreeRow[] = [];
  const walk = (ids: readonly string[], under: string, level: number) => {
    const known = ids.filter((id) => nodes.has(id));
    known.slice(0, mostChildren).forEach((id, index) => {
      const node = nodes.get(id);
      if (node === undefined) return;
      const path = under === "" ? id : `${under}/${id}`;
      const isOpen = open.has(path) && node.children.length > 0;
      rows.push({ path, node, level, open: isOpen, position: index + 1, siblings: Math.min(known.length, mostChildren + 1) });
      if (isOpen && level < deepest) walk(node.children, path, level + 1);
    });
    if (known.length > mostChildren) {
      const rest = { id: `rest-${under}`, words: t`and ${known.length - mostChildren} more: the search finds them`, uid: null, children: [] };
      rows.push({ path: `${under}/rest`, node: rest, level, open: false, position: mostChildren + 1, siblings: mostChildren + 1 });
    }
  };
  walk(roots, "", 1);
  return rows;
}
