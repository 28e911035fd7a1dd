/** What is simulated here, and what is not, as users are told. */
export const honesty = {
  component: "volume provisioners",
  implemented: [
    "rancher.io/local-path (add-on local-path, class standard): a folder of the chosen node, deleted with its volume or retained; its events",
    "disk.csi.orrery.dev (add-on cloud, classes disk and disk-immediate): zonal disks by WaitForFirstConsumer, Immediate and allowedTopologies, with provisioner, attacher and resizer",
    "finalizers by which a volume that is deleted too early is still cleaned up; a chosen node that is gone gives the claim back to the scheduler",
  ],
  notImplemented: [
    "the pods of provisioners and drivers: they run beside the control plane, the node parts in the machines, and the machine's runtime removes folders",
    "parameters and mountOptions of classes",
    "block volumes",
    "repeating a write to the cloud's disk that the network lost: it is there with the file's next one",
    "volumes from snapshots and clones",
    "CSIStorageCapacity",
    "ListVolumes health and VolumeAttributesClass changes",
  ],
} as const;
