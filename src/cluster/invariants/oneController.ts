import type { JsonObject } from "../../base/json.ts";
import { part, type Invariant } from "./define.ts";

export const oneController: Invariant = {
  id: "S23",
  says: "an object has at most one controller",
  check: ({ value }) => {
    const owners = (part(value, "metadata")["ownerReferences"] ?? []) as readonly JsonObject[];
    const controllers = owners.filter((owner) => owner["controller"] === true);
    return controllers.length > 1 ? `${controllers.length} controllers: ${controllers.map((owner) => String(owner["name"])).join(", ")}` : null;
  },
};
