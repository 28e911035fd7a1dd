import { expired } from "../../apimachinery/statusErrors.ts";
import { includeObjectOf } from "../encode/includeObject.ts";
import type { Outcome, RequestContext, Target } from "../requestContext.ts";
import type { StatusAnswer } from "../../apimachinery/statusErrors.ts";
import { listOptions } from "./listOptions.ts";

/** Plans a watch. Follows apiserver/pkg/storage/cacher/cacher.go Watch. */
export function watchObjects(rc: RequestContext, target: Target): Outcome {
  const includeObject = includeObjectOf(rc);
  const options = listOptions(rc, target, true);
  const withInitial = options.sendInitialEvents === true || (options.sendInitialEvents === null && options.revision === 0);
  // A consistent beginning needs the cache to have caught up.
  if (options.resourceVersion === "" && !rc.fresh && !rc.observed) return { type: "awaitFresh" };
  const { resource } = target;
  return {
    type: "watch",
    watch: {
      state: {
        id: rc.request.id, resource: resource.id, version: resource.version, namespace: target.namespace, labelSelector: options.labelSelector,
        fields: options.selection.fields, form: rc.accepted.form, includeObject, bookmarks: options.bookmarks,
      },
      resource, selection: options.selection,
      initial: withInitial ? "state" : "none",
      initialEventsEnd: options.sendInitialEvents === true && options.bookmarks,
      sinceRevision: options.revision === 0 ? rc.server.cache.revision : options.revision,
      timeoutSeconds: options.timeoutSeconds,
    },
  };
}

export function tooOld(sinceRevision: number, oldest: number): StatusAnswer {
  return expired(`too old resource version: ${sinceRevision} (${oldest})`);
}
