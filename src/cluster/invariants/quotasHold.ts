import { compareQuantities, parseQuantity, type Quantity } from "../../apimachinery/quantity.ts";
import type { JsonObject } from "../../base/json.ts";
import { isA, part, type Invariant } from "./define.ts";

const counter = "resourcequota controller";

function amount(object: JsonObject | null, list: string, name: string): Quantity | null {
  const value = part(part(object, "status"), list)[name];
  return value === undefined ? null : parseQuantity(String(value));
}

/** What the controller counts may be more than is allowed: the quota came later, or was made smaller. */
export const quotasHold: Invariant = {
  id: "S37",
  says: "admission never lets a namespace use more than its quota",
  check(change) {
    if (!isA(change, "resourcequotas") || change.type !== "MODIFIED" || change.by === counter) return null;
    for (const name of Object.keys(part(part(change.value, "status"), "hard"))) {
      const [hard, used, before] = [amount(change.value, "hard", name), amount(change.value, "used", name), amount(change.prev, "used", name)];
      if (hard === null || used === null || before === null) continue;
      if (compareQuantities(used, before) > 0 && compareQuantities(used, hard) > 0) return `uses ${String(part(part(change.value, "status"), "used")[name])} ${name}, may use ${String(part(part(change.value, "status"), "hard")[name])}`;
    }
    return null;
  },
};
