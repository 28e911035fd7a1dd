/** The CSI driver of the simulated cloud's zonal disks: its parts in the control plane and on the nodes agree on this. */
export const diskDriverName = "disk.csi.orrery.dev";

/** Makes folders of nodes; the add-on local-path. */
export const localPathName = "rancher.io/local-path";

/** Whose volumes are made by somebody who is simulated. */
export const simulatedProvisioners: readonly string[] = [localPathName, diskDriverName];

/** The label of nodes by which a disk's reach is told. */
export const diskZoneLabel = "topology.kubernetes.io/zone";

/** How many disks a machine takes. */
export const disksPerNode = 15;

/** What a node's status and its attachments call a volume of the driver. */
export function diskUniqueName(handle: string): string {
  return `kubernetes.io/csi/${diskDriverName}^${handle}`;
}

/** A disk as its cloud tells of it. */
export interface CloudDisk {
  readonly zone: string;
  readonly bytes: number;
  /** The machines that it is attached to: one, or none. */
  readonly nodes: readonly string[];
}
