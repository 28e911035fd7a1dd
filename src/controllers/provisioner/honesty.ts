/** What is simulated here, and what is not, as users are told. */
export const honesty = {
  component: "volume provisioners",
  implemented: [
    "rancher.io/local-path (add-on local-path, class standard): a folder of the chosen node, deleted with its volume or retained; its events",
    "a chosen node that is gone gives the claim back to the scheduler",
  ],
  notImplemented: [
    "the provisioner's own pod and its helper pods: it runs beside the control plane, and the machine's runtime removes folders",
    "parameters of classes (nodePath, pathPattern, volumeType)", "block volumes", "volumes from snapshots and clones",
  ],
} as const;
