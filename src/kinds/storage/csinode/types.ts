import type { KubeObject } from "../../../apimachinery/objectMeta.ts";

export interface CSINode extends KubeObject<CSINodeSpec> {
  readonly spec: CSINodeSpec;
}

export interface CSINodeSpec {
  readonly drivers?: readonly CSINodeDriver[] | null;
}

export interface CSINodeDriver {
  readonly allocatable?: { readonly count?: number };
  readonly name: string;
  readonly nodeID: string;
  readonly topologyKeys?: readonly string[];
}
