import type { KubeObject } from "../../apimachinery/objectMeta.ts";
import { componentStatusKind } from "../../kinds/core/componentstatus/kind.ts";
import type { KindDefinition } from "../../kinds/define.ts";
import type { Resource } from "../resources.ts";
import type { ServerView } from "../serverView.ts";
import { componentStatuses } from "./componentStatuses.ts";

/** Kinds whose objects nobody stores: the server makes them when it is asked. */
export const computedKinds: readonly KindDefinition[] = [componentStatusKind as unknown as KindDefinition];

const makers: ReadonlyMap<string, (server: ServerView) => readonly KubeObject[]> = new Map([["componentstatuses", componentStatuses]]);

/** The objects of such a kind; null for a kind that is stored. */
export function computedObjects(server: ServerView, resource: Resource): readonly KubeObject[] | null {
  return makers.get(resource.id)?.(server) ?? null;
}
