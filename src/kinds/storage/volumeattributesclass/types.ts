import type { KubeObject } from "../../../apimachinery/objectMeta.ts";

export interface VolumeAttributesClass extends KubeObject {
  readonly driverName: string;
  readonly parameters?: Readonly<Record<string, string>>;
}
