/** What is simulated here, and what is not, as users are told. */
export const honesty = {
  component: "attach/detach controller",
  implemented: [
    "VolumeAttachments for the volumes of CSI drivers, volumesAttached of nodes, Multi-Attach errors",
    "a node keeps what it uses; one that does not answer loses it after six minutes, one out of service at once",
    "the attacher of disk.csi.orrery.dev acts on them; of other drivers a VolumeAttachment is attached when somebody writes so",
  ],
  notImplemented: ["volumes in pods that name a driver without a claim", "volumes that were once built in"],
} as const;
