/** What is simulated here, and what is not, as users are told. */
export const honesty = {
  component: "volume expand controller",
  implemented: ["ExternalExpanding for bound claims that ask for more than they have", "the resizer of disk.csi.orrery.dev enlarges disks, the kubelet their file systems; of other drivers no volume grows"],
  notImplemented: ["the resizer's annotation on claims of volumes that were migrated to CSI drivers"],
} as const;
