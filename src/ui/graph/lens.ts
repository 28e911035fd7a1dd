import type { ComponentType } from "react";
import type { GraphFact } from "../../hosts/protocol.ts";
import type { GraphEdge } from "../../kinds/define.ts";
import { t } from "../language/text.ts";
import type { TrafficModel, Wire } from "../selectors/trafficModel.ts";
import type { Lens } from "../stores/viewStore.ts";
import type { NodePlace } from "./places.ts";

/** A box that a lens draws left of the machines. */
export interface LensItem {
  /** A uid where it stands for an object; else a name that no uid has. */
  readonly id: string;
  /** Which of the lens' components draws it. */
  readonly type: string;
  readonly height: number;
  /** What it is and how it is, in words: for the search and for the tree. */
  readonly name: string;
  readonly fact?: GraphFact;
  /** Plain data for the component. */
  readonly data?: unknown;
  /** What stands within it and wires may lead to: distances from its upper edge. */
  readonly inner?: readonly { readonly id: string; readonly y: number; readonly height: number }[];
  /** Where its upper edge is; without it the column decides. */
  readonly top?: number;
}

export interface LensColumn {
  readonly x: number;
  readonly width: number;
  readonly gap: number;
  readonly items: readonly LensItem[];
}

export interface LensPicture {
  readonly columns: readonly LensColumn[];
  readonly wires: readonly Wire[];
  /** Where the tray of pods without a node stands; without it under the boxes, before the machines. */
  readonly tray?: { readonly x: number; readonly y: number };
}

export interface LensInput {
  readonly model: TrafficModel;
  readonly facts: ReadonlyMap<string, GraphFact>;
  readonly edges: ReadonlyMap<string, GraphEdge>;
  readonly machines: readonly NodePlace[];
  /** What the lens' own source has read; null until it has. */
  readonly extra: unknown;
}

/**
 * One way to look at the graph. Machines and pods have the same places in every lens; what stands left of them, and what is tied to
 * what, is the lens' own.
 */
export interface LensDefinition {
  readonly id: Lens;
  /** Pure, and run whenever facts change: in proportion to what it draws. */
  picture(input: LensInput): LensPicture;
  readonly boxes: Readonly<Record<string, ComponentType<{ readonly item: LensItem }>>>;
  /** Mounted while one looks through the lens: reads what facts do not tell, and hands it on as `extra`. */
  readonly Source?: ComponentType;
  /** So many pods are elements at most, where the lens has many of its own; beyond, their cards are drawn on a canvas. */
  readonly elementCards?: number;
  /** States that the legend names beside those of pods. */
  readonly legend?: readonly (readonly [glyph: string, hue: string, word: string])[];
}

export const emptyPicture: LensPicture = { columns: [], wires: [] };

/** The first of a list, and one more item that counts the rest. */
export function atMost(items: readonly LensItem[], most: number, id: string): readonly LensItem[] {
  if (items.length <= most) return items;
  const rest = items.length - most + 1;
  return [...items.slice(0, most - 1), { id: `more-${id}`, type: "more", height: 24, name: t`and ${rest} more`, data: rest }];
}
