import type { UserInfo } from "../requestContext.ts";

/** What somebody wants to do: with a resource, or with a path that is none. */
export interface Attributes {
  readonly user: UserInfo;
  readonly verb: string;
  readonly target: ResourceAttributes | { readonly path: string };
}

export interface ResourceAttributes {
  readonly group: string;
  readonly plural: string;
  readonly subresource: string;
  readonly namespace: string;
  readonly name: string;
  /** What a list is narrowed to: "spec.nodeName=a". */
  readonly fieldSelector?: string;
}

/** No authorizer of ours denies for good: who is not allowed has found nobody who allows. */
export interface Decision {
  readonly allowed: boolean;
  readonly reason: string;
}

export const silent: Decision = { allowed: false, reason: "" };
