import type { GraphFact } from "../../hosts/protocol.ts";
import type { Box } from "./geometry.ts";

export interface PodPlace {
  readonly fact: GraphFact;
  readonly box: Box;
}

export interface NodePlace {
  readonly fact: GraphFact;
  readonly box: Box;
  /** Pods drawn on the node's own canvas, as cells or as cards; places are relative to the node. Empty while each is an element. */
  readonly cells: readonly PodPlace[];
  /** Pods of the machine room: one quiet line. */
  readonly room: readonly GraphFact[];
}
