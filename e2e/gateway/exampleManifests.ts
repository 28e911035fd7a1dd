import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { parseAllDocuments } from "yaml";

const oracles = join(import.meta.dirname, "../../../shared/oracles");
/** The files themselves. */
export const examplesFolder = join(oracles, "manifests");
const recorded = join(oracles, "transcripts/website.json");

/** Whether the documentation's manifests, and what a real server answered to them, are beside this checkout. */
export const examplesPresent = existsSync(examplesFolder) && existsSync(recorded);

export interface Example {
  /** Path in the documentation, and which of the file's documents. */
  readonly name: string;
  readonly apiVersion: string;
  readonly kind: string;
  readonly id: string;
  readonly object: unknown;
  /** What a real server answered to its creation; null where none is recorded. */
  readonly verdict: { readonly code: number; readonly message: string } | null;
}

interface Recorded {
  readonly cases: readonly { readonly name: string; readonly steps: readonly { readonly response: { readonly code: number; readonly body?: { readonly message?: string } } }[] }[];
}

function verdicts(): ReadonlyMap<string, Example["verdict"]> {
  const { cases } = JSON.parse(readFileSync(recorded, "utf8")) as Recorded;
  return new Map(cases.map(({ name, steps }) => {
    const response = steps.at(-1)?.response;
    return [name, response === undefined ? null : { code: response.code, message: response.body?.message ?? "" }];
  }));
}

/** Every object of the documentation's manifests; what says no kind (profiles, parts of configurations) is none. */
export function readExamples(): readonly Example[] {
  const known = verdicts();
  return readdirSync(examplesFolder, { recursive: true, encoding: "utf8" }).filter((path) => /\.(yaml|json)$/.test(path)).sort().flatMap((path) => {
    const documents = parseAllDocuments(readFileSync(join(examplesFolder, path), "utf8"));
    return documents.flatMap((document, at): readonly Example[] => {
      const object = document.toJS() as { readonly apiVersion?: string; readonly kind?: string; readonly metadata?: { readonly name?: string; readonly namespace?: string } } | null;
      if (object?.kind === undefined || object.apiVersion === undefined) return [];
      const name = documents.length > 1 ? `${path}#${at}` : path;
      const { name: called = "", namespace = "" } = object.metadata ?? {};
      return [{ name, apiVersion: object.apiVersion, kind: object.kind, id: [object.kind, namespace, called].join("/"), object, verdict: known.get(name) ?? null }];
    });
  });
}
