import { memo } from "react";
import type { JsonObject } from "../../../base/json.ts";
import type { GraphFact } from "../../../hosts/protocol.ts";
import { useFact } from "../../app/appModel.ts";
import { t } from "../../language/text.ts";
import { glyphs, stateClass } from "../../selectors/stateWords.ts";
import { isMachineRoom, type Wire } from "../../selectors/trafficModel.ts";
import { ItemFill } from "../ItemBox.tsx";
import { atMost, type LensDefinition, type LensItem } from "../lens.ts";
import "./lenses.css";

const mostBoxes = 9;

function told({ summary }: GraphFact): JsonObject {
  return summary.tier === "config" ? summary.facts : {};
}

function word(fact: GraphFact, name: string): string {
  const value = told(fact)[name];
  return typeof value === "string" ? value : "";
}

const StorageBox = memo(function StorageBox({ item }: { readonly item: LensItem }) {
  const fact = useFact(item.id);
  if (fact === null) return null;
  const isClass = fact.plural === "storageclasses";
  const health = fact.deleting ? "terminating" : fact.health;
  const lines = linesOf(fact);
  return (
    <ItemFill uid={item.id} className={`card ${stateClass(health)}${word(fact, "phase") === "Pending" ? " owed" : ""}`} label={item.name} title={fact.sentence}>
      <span className="card-head">
        <b className="ell">{fact.ref.name}</b>
      </span>
      <span className="card-body">
        <span className="host ell">
          {!isClass && <span className="state">{glyphs[health]} </span>}
          {lines[0]}
        </span>
        <span className="host ell dimmer">{lines[1]}</span>
      </span>
    </ItemFill>
  );
});

function linesOf(fact: GraphFact): readonly [string, string] {
  switch (fact.plural) {
    case "storageclasses":
      return [word(fact, "provisioner"), word(fact, "bindingMode") === "WaitForFirstConsumer" ? t`waits for a pod` : t`binds at once`];
    case "persistentvolumes":
      return [`${word(fact, "phase") || "Pending"} · ${word(fact, "capacity")}`, word(fact, "class") === "" ? t`no class` : t`class ${word(fact, "class")}`];
    default:
      return [`${word(fact, "phase") || "Pending"} · ${word(fact, "size")}`, word(fact, "volume") === "" ? t`no volume yet` : fact.ref.namespace];
  }
}

const FileBox = memo(function FileBox({ item }: { readonly item: LensItem }) {
  const fact = useFact(item.id);
  if (fact === null) return null;
  return (
    <ItemFill uid={item.id} className="card file-box" label={item.name} title={fact.sentence}>
      <b className="ell">{fact.ref.name}</b>
      <span className="dimmer micro">{fact.ref.gvk.kind}</span>
    </ItemFill>
  );
});

const Hint = memo(function Hint({ item }: { readonly item: LensItem }) {
  return <div className="vacant micro lens-hint">{String(item.data)}</div>;
});

const ColumnHead = memo(function ColumnHead({ item }: { readonly item: LensItem }) {
  return <div className="cap column-head">{item.name}</div>;
});

const byName = (a: LensItem, b: LensItem): number => (a.name < b.name ? -1 : 1);

/** Class -> volume -> claim -> the pods that mount it; and the ConfigMaps and Secrets that pods read. */
export const storageLens: LensDefinition = {
  id: "storage",
  picture({ model, facts, edges }) {
    const classes: LensItem[] = [];
    const volumes: LensItem[] = [];
    const claims: LensItem[] = [];
    const files = new Map<string, LensItem>();
    const wires: Wire[] = [];
    const classByName = new Map<string, string>();
    for (const fact of facts.values()) {
      if (fact.summary.tier !== "config") continue;
      const { plural, ref, uid } = fact;
      const box = (name: string): LensItem => ({ id: uid, type: "box", height: 74, name, fact });
      if (plural === "storageclasses") {
        classByName.set(ref.name, uid);
        classes.push(box(t`StorageClass ${ref.name}${told(fact)["isDefault"] === true ? t`, the default` : ""}`));
      } else if (plural === "persistentvolumes") volumes.push(box(t`PersistentVolume ${ref.name}, ${word(fact, "phase").toLowerCase()}, ${word(fact, "capacity")}`));
      else if (plural === "persistentvolumeclaims") claims.push(box(t`PersistentVolumeClaim ${ref.namespace}/${ref.name}, ${word(fact, "phase").toLowerCase()}`));
    }
    const bound = new Set<string>();
    for (const { from, to, relation } of edges.values()) {
      if (relation !== "mounts") continue;
      const user = facts.get(from);
      const used = facts.get(to);
      if (user === undefined || used === undefined) continue;
      if (user.plural === "persistentvolumeclaims") {
        bound.add(from);
        wires.push({ id: `${to}>${from}`, from: to, to: from, open: true });
        continue;
      }
      if (isMachineRoom(user.ref.namespace)) continue;
      if (used.plural === "configmaps" || used.plural === "secrets") files.set(to, { id: to, type: "file", height: 42, name: `${used.ref.gvk.kind} ${used.ref.namespace}/${used.ref.name}`, fact: used });
      wires.push({ id: `${to}>${from}`, from: to, to: from, open: !user.deleting });
    }
    for (const { fact } of volumes) {
      const from = fact === undefined ? undefined : classByName.get(word(fact, "class"));
      if (from !== undefined && fact !== undefined) wires.push({ id: `${from}>${fact.uid}`, from, to: fact.uid, open: true });
    }
    for (const { fact } of claims) {
      const from = fact === undefined ? undefined : classByName.get(word(fact, "class"));
      // It has asked its class and has nothing yet.
      if (from !== undefined && fact !== undefined && !bound.has(fact.uid)) wires.push({ id: `${from}>${fact.uid}`, from, to: fact.uid, open: false });
    }
    const nothing = model.nodes.length > 0 && volumes.length + claims.length + files.size === 0;
    const hint: LensItem = { id: "storage-hint", type: "hint", height: 78, name: t`no claim yet`, data: t`No claim, and nothing mounted. A claim asks a class for a volume; a pod that mounts it is scheduled where the volume can be.` };
    const head = (name: string): LensItem => ({ id: `head-${name}`, type: "head", height: 14, name });
    const column = (name: string, items: readonly LensItem[]) => (items.length === 0 ? [] : [head(name), ...atMost([...items].sort(byName), mostBoxes, name)]);
    return {
      columns: [
        { x: 0, width: 130, gap: 10, items: column(t`classes`, classes) },
        nothing ? { x: 180, width: 232, gap: 10, items: [head(t`claims and volumes`), hint] } : { x: 164, width: 136, gap: 10, items: column(t`volumes`, volumes) },
        { x: 334, width: 132, gap: 10, items: [...column(t`claims`, claims), ...column(t`files`, [...files.values()])] },
      ],
      wires,
    };
  },
  boxes: { box: StorageBox, file: FileBox, hint: Hint, head: ColumnHead },
};
