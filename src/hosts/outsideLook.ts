import type { ApiRequest } from "../apimachinery/apiRequest.ts";
import type { Json } from "../base/json.ts";
import type { ProcessId } from "../sim/process.ts";
import type { MaybePromise } from "./hostPort.ts";

/** A look at one process between windows. */
export type Look = (process: ProcessId, question: Json) => MaybePromise<Json | null>;

/** The API server's own identity: whoever may read a pod's logs need not be allowed to read the pod. */
export const asServer: Pick<ApiRequest, "identity"> = { identity: { type: "user", name: "system:apiserver", groups: ["system:masters"] } };
