// Follows rancher/local-path-provisioner (provisioner.go), as kind configures it. Differs: no helper pods make and remove the folders.
import { second } from "../../sim/time.ts";
import { nodeKind } from "../../kinds/core/node/kind.ts";
import type { Outside } from "../registration.ts";
import type { Provisioner } from "./provisioner.ts";
import { storageOf } from "../../kinds/volumes/binding.ts";
import { localPathName } from "../../kinds/volumes/diskDriver.ts";

const folder = "/var/local-path-provisioner";
const hostname = "kubernetes.io/hostname";
const askAgainUs = 5 * second;

/** Volumes that are folders of one node. */
export function localPathProvisioner(outside: Outside): Provisioner {
  return {
    name: localPathName,
    provision({ claim, node, name }) {
      if (claim.spec.selector !== undefined) return { fault: "claim.Spec.Selector is not supported" };
      if (!(claim.spec.accessModes ?? []).every((mode) => mode === "ReadWriteOnce" || mode === "ReadWriteOncePod")) return { fault: "NodePath only supports ReadWriteOnce and ReadWriteOncePod (1.22+) access modes" };
      if (node === null) return { fault: "configuration error, no node was specified" };
      const path = `${folder}/${name}_${claim.metadata.namespace ?? ""}_${claim.metadata.name}`;
      return {
        annotations: { "local.path.provisioner/selected-node": node.metadata.name },
        spec: {
          capacity: { storage: storageOf(claim) },
          hostPath: { path, type: "DirectoryOrCreate" },
          nodeAffinity: { required: { nodeSelectorTerms: [{ matchExpressions: [{ key: hostname, operator: "In", values: [node.metadata.labels?.[hostname] ?? node.metadata.name] }] }] } },
        },
      };
    },
    remove(volume, ctx) {
      const path = volume.spec.hostPath?.path;
      const label = volume.spec.nodeAffinity?.required?.nodeSelectorTerms?.[0]?.matchExpressions?.[0]?.values?.[0];
      const node = ctx.lister(nodeKind).list(null).find((each) => each.metadata.labels?.[hostname] === label);
      // With its machine the folder is gone.
      if (path === undefined || node === undefined) return null;
      const topic = `folder ${node.metadata.name} ${path}`;
      if (outside.heard(topic) !== undefined) {
        outside.forget(topic);
        return null;
      }
      outside.send(`${node.metadata.name}/runtime`, { type: "cri/removeFolder", path });
      return { againUs: askAgainUs };
    },
  };
}
