import { sizes } from "./sizes.ts";

/** What the stage has for the picture, in pixels. */
export interface Room {
  readonly width: number;
  readonly height: number;
}

export interface Crowd {
  readonly machines: number;
  /** Pods of the machine that has the most of them. */
  readonly fullest: number;
  /** Pods are cells. */
  readonly compact: boolean;
}

const [fewest, most] = [2, 6];
/** Pictures are not drawn larger than this by themselves. */
const largest = 1.35;
/** Cards move to other columns where the picture becomes so much larger by it, and stay otherwise. */
const worthIt = 1.12;

export function machineWidth(columns: number): number {
  return sizes.nodePadding * 2 + columns * sizes.pod.width + (columns - 1) * sizes.pod.columnGap;
}

export function cellsInRow(width: number): number {
  return Math.floor((width - sizes.nodePadding * 2 + sizes.cell.gap) / (sizes.cell.size + sizes.cell.gap));
}

/** How many machines stand side by side, and how many one under the other. */
export function machineGrid(machines: number): { readonly across: number; readonly down: number } {
  const across = machines <= 4 ? 1 : Math.ceil(Math.sqrt(machines / 2.2));
  return { across, down: Math.max(1, Math.ceil(machines / across)) };
}

/** How large the picture could be drawn with so many columns of cards in a machine. */
function zoomWith(columns: number, room: Room, { machines, fullest, compact }: Crowd): number {
  const { across, down } = machineGrid(machines);
  const width = machineWidth(columns);
  const grid = compact ? Math.max(2, Math.ceil(fullest / cellsInRow(width))) * (sizes.cell.size + sizes.cell.gap) : Math.max(1, Math.ceil(fullest / columns)) * (sizes.pod.height + sizes.pod.gap);
  const height = sizes.nodeHead + grid + sizes.roomRow + sizes.nodeGap;
  return Math.min(largest, room.width / (sizes.left + across * (width + sizes.nodeGap)), room.height / (down * height));
}

/**
 * Columns of cards in a machine with which the picture is largest. The `present` ones stay where others would gain little, and do not become
 * fewer but at rest: cards that come and go move no others.
 */
export function bestColumns(room: Room, crowd: Crowd, present: number | null, atRest = false): number {
  let best = present ?? fewest;
  for (let columns = atRest ? fewest : best; columns <= most; columns++) {
    if (zoomWith(columns, room, crowd) > zoomWith(best, room, crowd) * (best === present ? worthIt : 1)) best = columns;
  }
  return best;
}
