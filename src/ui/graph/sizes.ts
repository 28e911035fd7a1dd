/** Measures of the picture, in pixels at its own size. */
export const sizes = {
  /** Left of the machines: here each lens draws its own. */
  left: 500,
  nodeGap: 8,
  nodePadding: 10,
  nodeHead: 50,
  pod: { width: 122, height: 40, gap: 10, columnGap: 12 },
  cell: { size: 11, gap: 3 },
  roomRow: 19,
  /** Where the lens of the control plane has a machine's parts: in the place of its bars. */
  partsTop: 27,
  /** The tray's right end is this far from the machines. */
  trayRight: 72,
} as const;
