import { answer } from "../answers.ts";
import { encodeList } from "../encode/encodeObject.ts";
import { includeObjectOf } from "../encode/includeObject.ts";
import { printingOf, type Outcome, type RequestContext, type Target } from "../requestContext.ts";
import { decodeDeleteOptions } from "./deleteOptions.ts";
import { listOptions } from "./listOptions.ts";
import { page } from "./read.ts";

/** The objects of the list, which are then deleted one after the other. Follows registry/store.go DeleteCollection. */
export function deleteCollection(rc: RequestContext, target: Target): Outcome {
  const options = listOptions(rc, target, false);
  decodeDeleteOptions(rc);
  if (!rc.fresh) return { type: "awaitFresh" };
  const { objects, meta } = page(rc, target, options);
  // The answer is the list as it was found, whatever becomes of each object.
  const response = answer(200, encodeList(target.resource, objects, meta, rc.accepted, includeObjectOf(rc), rc.nowUs, printingOf(rc)), rc.warnings);
  return { type: "collection", names: objects.map((object) => ({ namespace: object.metadata.namespace ?? "", name: object.metadata.name })), response };
}
