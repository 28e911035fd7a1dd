// Follows csi-translation-lib/plugins and pkg/volume/csimigration: what was once built in is done by drivers outside.

const drivers: Readonly<Record<string, string>> = {
  "kubernetes.io/aws-ebs": "ebs.csi.aws.com",
  "kubernetes.io/azure-disk": "disk.csi.azure.com",
  "kubernetes.io/azure-file": "file.csi.azure.com",
  "kubernetes.io/cinder": "cinder.csi.openstack.org",
  "kubernetes.io/gce-pd": "pd.csi.storage.gke.io",
  "kubernetes.io/portworx-volume": "pxd.portworx.com",
  "kubernetes.io/vsphere-volume": "csi.vsphere.vmware.com",
};

/** Who is asked for volumes of a class; the fault where nobody can be. */
export function provisionerOf(name: string): { readonly name: string } | { readonly fault: string } {
  const driver = Object.hasOwn(drivers, name) ? drivers[name] : undefined;
  if (driver !== undefined) return { name: driver };
  return name.startsWith("kubernetes.io/") ? { fault: `no volume plugin matched name: ${name}` } : { name };
}
