import { useEffect, useMemo, useRef, useState } from "react";
import { useApp, useCluster, useView } from "../../app/appModel.ts";
import { t } from "../../language/text.ts";
import { glyphs, stateClass } from "../../selectors/stateWords.ts";
import { lensLabels, sameSelection, type Selection } from "../../stores/viewStore.ts";
import { useStage } from "../stageStore.ts";
import { narrate, toldOf, type Told } from "./narrate.ts";
import "./tree.css";
import { rowsOf, treeOf, type TreeNode, type TreeRow } from "./treeRows.ts";

/** Least real time between two things that are said. */
const narrateEveryMs = 1_500;
/** The newest sentences stay, to be read again. */
const saidKept = 12;
const mostFirstRows = 40;
const mostUnfolded = 12;

/** "cp-1/etcd" and "cp-1/kube-controller-manager#deployment" are parts. */
function selectionOf({ id, uid }: TreeNode): Selection {
  if (uid !== null) return { type: "object", uid };
  const part = /^([a-z0-9-]+\/[a-z0-9-]+)(?:#([a-z0-9-]+))?$/.exec(id);
  return part === null ? null : { type: "part", process: part[1] ?? "", part: part[2] ?? null };
}

/** The graph as a tree of words: the same boxes and wires of the same lens, for ears, keys and narrow screens. */
export function GraphTree() {
  const { cluster, view } = useApp();
  const picture = useStage((state) => state.picture);
  const model = useStage((state) => state.model);
  const lens = useStage((state) => state.lens.id);
  const found = useStage((state) => state.found);
  const [open, setOpen] = useState<ReadonlySet<string>>(new Set());
  const [at, setAt] = useState("");
  const ref = useRef<HTMLUListElement>(null);
  const tree = useMemo(() => treeOf(picture, model, cluster.getState().facts), [picture, model, cluster]);
  // First unfolded: all that is not many.
  const [begun, setBegun] = useState("");
  if (begun !== lens && tree.roots.length > 0) {
    setBegun(lens);
    setOpen(firstOpen(tree));
  }
  const rows = useMemo(() => rowsOf(tree, open), [tree, open]);
  const index = Math.max(0, rows.findIndex(({ path }) => path === at));
  const current = rows[index];
  const focus = (row: TreeRow | undefined) => {
    if (row === undefined) return;
    setAt(row.path);
    ref.current?.querySelector<HTMLElement>(`[data-path="${CSS.escape(row.path)}"]`)?.focus();
  };
  const fold = (path: string, wanted: boolean) => {
    const next = new Set(open);
    if (wanted) next.add(path);
    else next.delete(path);
    setOpen(next);
  };
  const select = (row: TreeRow) => {
    setAt(row.path);
    const selection = selectionOf(row.node);
    if (selection !== null) view.setState({ selection });
    else if (row.node.children.length > 0) fold(row.path, !row.open);
  };
  const onKeyDown = (event: React.KeyboardEvent) => {
    if (current === undefined || event.ctrlKey || event.metaKey || event.altKey) return;
    const parent = rows.slice(0, index).findLast(({ level }) => level < current.level);
    const acts: Readonly<Record<string, () => void>> = {
      ArrowDown: () => focus(rows[index + 1]),
      ArrowUp: () => focus(rows[index - 1]),
      Home: () => focus(rows[0]),
      End: () => focus(rows.at(-1)),
      ArrowRight: () => (current.node.children.length === 0 ? undefined : current.open ? focus(rows[index + 1]) : fold(current.path, true)),
      ArrowLeft: () => (current.open ? fold(current.path, false) : focus(parent)),
      Enter: () => select(current),
      " ": () => select(current),
    };
    const act = acts[event.key];
    if (act === undefined) return;
    event.preventDefault();
    event.stopPropagation();
    act();
  };
  return (
    <div className="tree-pane">
      <ul className="tree" role="tree" aria-label={t`${lensLabels[lens]}, as a tree`} ref={ref} onKeyDown={onKeyDown}>
        {rows.map((row, place) => (
          <Row key={row.path} row={row} focusable={place === index} dimmed={found !== null && !found.has(row.node.id)} onSelect={() => select(row)} onFold={() => fold(row.path, !row.open)} onFocus={() => setAt(row.path)} />
        ))}
      </ul>
      {rows.length === 0 && <p className="empty">{t`Nothing is there yet.`}</p>}
      <Narrator />
    </div>
  );
}

/** Unfolded level by level while that is not too much to read. */
function firstOpen(tree: ReturnType<typeof treeOf>): ReadonlySet<string> {
  let open: ReadonlySet<string> = new Set();
  for (let level = 1; level <= 4; level++) {
    const next = new Set([...open, ...rowsOf(tree, open).flatMap(({ path, node }) => (node.children.length > 0 && node.children.length <= mostUnfolded ? [path] : []))]);
    if (rowsOf(tree, next).length > mostFirstRows) break;
    open = next;
  }
  return open;
}

interface RowProps {
  readonly row: TreeRow;
  readonly focusable: boolean;
  readonly dimmed: boolean;
  readonly onSelect: () => void;
  readonly onFold: () => void;
  readonly onFocus: () => void;
}

function Row({ row, focusable, dimmed, onSelect, onFold, onFocus }: RowProps) {
  const { node, level, open, position, siblings, path } = row;
  const fact = useCluster((state) => (node.uid === null ? null : (state.facts.get(node.uid) ?? null)));
  const selected = useView(({ selection }) => selection !== null && sameSelection(selection, selectionOf(node)));
  const health = fact === null ? null : fact.deleting ? "terminating" : fact.health;
  const branch = node.children.length > 0;
  return (
    <li
      role="treeitem"
      aria-level={level}
      aria-setsize={siblings}
      aria-posinset={position}
      {...(branch ? { "aria-expanded": open } : {})}
      aria-selected={selected}
      tabIndex={focusable ? 0 : -1}
      data-path={path}
      className={`tree-row${selected ? " on" : ""}${dimmed ? " not-found" : ""}${health === null ? "" : ` ${stateClass(health)}`}`}
      style={{ paddingLeft: 8 + (level - 1) * 20 }}
      onClick={onSelect}
      onFocus={onFocus}
    >
      <span
        className="tree-fold"
        aria-hidden="true"
        onClick={(event) => {
          event.stopPropagation();
          if (branch) onFold();
        }}
      >
        {branch ? (open ? "▾" : "▸") : ""}
      </span>
      <span className="state tree-glyph" aria-hidden="true">
        {health === null ? "" : glyphs[health]}
      </span>
      <span className="ell">{node.words}</span>
      {branch && (
        <span className="micro dimmer tree-count" aria-hidden="true">
          {node.children.length}
        </span>
      )}
    </li>
  );
}

/** Says what changes, a sentence at a time. */
function Narrator() {
  const { cluster } = useApp();
  const [said, setSaid] = useState<readonly { readonly id: number; readonly words: string }[]>([]);
  const ref = useRef<HTMLDivElement>(null);
  useEffect(() => {
    if (ref.current !== null) ref.current.scrollTop = ref.current.scrollHeight;
  }, [said]);
  useEffect(() => {
    let seen: ReadonlyMap<string, Told> = toldOf(cluster.getState().facts.values());
    let change = cluster.getState().change;
    const timer = setInterval(() => {
      const state = cluster.getState();
      if (state.change === change) return;
      change = state.change;
      const next = toldOf(state.facts.values());
      const words = narrate(seen, next);
      seen = next;
      if (words !== "") setSaid((before) => [...before.slice(1 - saidKept), { id: (before.at(-1)?.id ?? 0) + 1, words }]);
    }, narrateEveryMs);
    return () => clearInterval(timer);
  }, [cluster]);
  return (
    <div className="tree-said small" role="log" aria-label={t`What changes`} tabIndex={0} ref={ref}>
      {said.length === 0 && <p className="dimmer">{t`What changes is said here.`}</p>}
      {said.map(({ id, words }) => (
        <p key={id}>{words}</p>
      ))}
    </div>
  );
}
