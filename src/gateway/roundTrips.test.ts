import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { stringify } from "yaml";
import { wireForm } from "../apimachinery/schema/wire.ts";
import { fuzzRuns } from "../base/testing/fuzzRuns.ts";
import type { Json, JsonObject } from "../base/json.ts";
import { kinds } from "../kinds/index.ts";
import { decodeAs, schemaOf, withStaticDefaults } from "../kinds/schemaTable.ts";
import { draws, objectOfSchema } from "../kinds/testing/objectOfSchema.ts";
import { decodeBody } from "./bodyCodec.ts";
import { answerOf } from "./jsonBytes.ts";

const read = (text: string, contentType: string): Json => {
  const { body, faults } = decodeBody(Buffer.from(text), contentType, "POST");
  expect(faults).toBeNull();
  return body;
};

const versions = kinds.flatMap((kind) => [kind.schema, ...Object.values(kind.otherVersions ?? {}).map((other) => other.schema)]);

describe("an object of any shape that its schema allows", { timeout: 120_000 }, () => {
  it.each([...new Set(versions)])("%s comes through JSON and YAML, and through the server's own forms, unchanged", (name) => {
    const schema = schemaOf(name);
    const through = (sent: Json): JsonObject => {
      const decoded = decodeAs(name, sent, "Strict");
      if (!decoded.ok) throw new Error(decoded.message);
      return withStaticDefaults(name, decoded.value);
    };
    fc.assert(fc.property(draws, (choose) => {
      const sent = objectOfSchema(schema, choose);
      expect(read(JSON.stringify(sent), "application/json")).toEqual(sent);
      expect(read(stringify(sent, { version: "1.1", aliasDuplicateObjects: false }), "application/yaml")).toEqual(sent);
      const stored = through(sent);
      expect(through(JSON.parse(JSON.stringify(stored)) as Json)).toEqual(stored);
      const wire = wireForm(schema, stored);
      expect(read(answerOf(wire).toString(), "application/json")).toEqual(wire);
      expect(wireForm(schema, through(wire))).toEqual(wire);
    }), { seed: 31, numRuns: fuzzRuns(12, 300) });
  });
});
