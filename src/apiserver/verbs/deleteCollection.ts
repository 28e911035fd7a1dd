import type { Outcome, RequestContext, Target } from "../requestContext.ts";
import { decodeDeleteOptions } from "./deleteOptions.ts";
import { listOptions } from "./listOptions.ts";
import { page } from "./read.ts";

/** The objects of the list, which are then deleted one after the other. Follows registry/store.go DeleteCollection. */
export function deleteCollection(rc: RequestContext, target: Target): Outcome {
  const options = listOptions(rc, target, false);
  decodeDeleteOptions(rc);
  if (!rc.fresh) return { type: "awaitFresh" };
  const { objects } = page(rc, target, options);
  return { type: "collection", names: objects.map((object) => ({ namespace: object.metadata.namespace ?? "", name: object.metadata.name })) };
}
