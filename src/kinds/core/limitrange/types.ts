import type { KubeObject } from "../../../apimachinery/objectMeta.ts";

export type ResourceList = Readonly<Record<string, string>>;

export interface LimitRange extends KubeObject<LimitRangeSpec> {
  readonly spec: LimitRangeSpec;
}

export interface LimitRangeSpec {
  readonly limits?: readonly LimitRangeItem[] | null;
}

export interface LimitRangeItem {
  readonly type?: string;
  readonly max?: ResourceList;
  readonly min?: ResourceList;
  readonly default?: ResourceList;
  readonly defaultRequest?: ResourceList;
  readonly maxLimitRequestRatio?: ResourceList;
}
