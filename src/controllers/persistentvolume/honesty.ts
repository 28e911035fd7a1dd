/** What is simulated here, and what is not, as users are told. */
export const honesty = {
  component: "persistent volume binder",
  implemented: [
    "binding by size, class, access modes, volume mode, selector, volumeName and claimRef; Immediate and WaitForFirstConsumer",
    "phases of volumes and claims, Lost and misbound claims, volumes bound twice",
    "reclaim policies Retain and Delete (hostPath below /tmp; all else is its provisioner's)",
    "the default class for claims that came before it; requests to external provisioners by annotation; its events",
  ],
  notImplemented: ["reclaim policy Recycle (deprecated): no pod scrubs the volume, it stays Released, and who writes such a volume is warned", "finalizers and annotations of volumes that were migrated to CSI drivers"],
} as const;
