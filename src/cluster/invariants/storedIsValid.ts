import type { KubeObject } from "../../apimachinery/objectMeta.ts";
import { kinds } from "../../kinds/index.ts";
import type { Invariant } from "./define.ts";

const byResource = new Map(kinds.map((kind) => [kind.gvk.group === "" ? kind.plural : `${kind.plural}.${kind.gvk.group}`, kind]));

export const storedIsValid: Invariant = {
  id: "S12",
  says: "what is stored is valid",
  check: ({ key, type, value, prev }) => {
    const kind = byResource.get(key.slice(0, key.indexOf("/")));
    if (kind === undefined || type === "DELETED") return null;
    const object = value as unknown as KubeObject;
    try {
      const errors = prev === null ? kind.strategy.validate(object) : kind.strategy.validateUpdate(object, object);
      return errors.length === 0 ? null : errors.map((error) => `${error.path}: ${error.detail}`).join("; ");
    } catch (thrown) {
      return `it is so wrong that it cannot be validated: ${thrown instanceof Error ? thrown.message : String(thrown)}`;
    }
  },
};
