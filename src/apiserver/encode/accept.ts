/** The form in which an answer is wanted. */
export type Form = "object" | "table" | "partial";
export interface AcceptedForm {
  readonly form: Form;
  /** The client asked for the metadata of a list, or of one object. */
  readonly partialOf: "list" | "object" | null;
  /** The discovery document in one piece, in this version. */
  readonly aggregated: "v2" | null;
  /** "application/json" or "application/yaml": what the gateway writes. */
  readonly mediaType: string;
}

const plain: AcceptedForm = { form: "object", partialOf: null, aggregated: null, mediaType: "application/json" };
const memo = new Map<string, AcceptedForm | null>();

/** Whether the media type is one of ours, so that only its parameters are not. */
export function knowsMediaType(accept: string): boolean {
  return accept.split(",").some((clause) => mediaTypes.includes((clause.split(";")[0] ?? "").trim()));
}

const mediaTypes: readonly string[] = ["application/json", "application/yaml", "*/*", "application/*"];

/** The first media type that we can serve, in the client's order (and by q); null: none (406). Follows negotiation/negotiate.go. */
export function negotiate(accept: string): AcceptedForm | null {
  if (accept === "" || accept === "application/json") return plain;
  const known = memo.get(accept);
  if (known !== undefined) return known;
  const form = choose(accept);
  // A cache of a pure function; bounded, because clients write the header.
  if (memo.size < 256) memo.set(accept, form);
  return form;
}

function choose(accept: string): AcceptedForm | null {
  const clauses = accept.split(",").map(parseClause);
  const ordered = clauses.map((clause, index) => ({ clause, index })).sort((a, b) => b.clause.q - a.clause.q || a.index - b.index);
  for (const { clause } of ordered) {
    const form = formOf(clause);
    if (form !== null) return form;
  }
  return null;
}

interface Clause {
  readonly type: string;
  readonly params: ReadonlyMap<string, string>;
  readonly q: number;
}

function parseClause(text: string): Clause {
  const [type = "", ...rest] = text.split(";").map((part) => part.trim());
  const params = new Map<string, string>();
  for (const part of rest) {
    const at = part.indexOf("=");
    if (at > 0) params.set(part.slice(0, at).trim(), part.slice(at + 1).trim());
  }
  const q = Number(params.get("q") ?? "1");
  return { type, params, q: Number.isFinite(q) ? q : 1 };
}

function formOf(clause: Clause): AcceptedForm | null {
  const mediaType = clause.type === "application/yaml" ? "application/yaml" : "application/json";
  if (!mediaTypes.includes(clause.type)) return null;
  const as = clause.params.get("as");
  if (as === undefined) return mediaType === plain.mediaType ? plain : { ...plain, mediaType };
  const version = clause.params.get("v");
  switch (`${clause.params.get("g") ?? ""}/${as}`) {
    case "meta.k8s.io/Table":
      return version === "v1" || version === "v1beta1" ? { form: "table", partialOf: null, aggregated: null, mediaType } : null;
    case "meta.k8s.io/PartialObjectMetadata":
      return version === "v1" || version === "v1beta1" ? { form: "partial", partialOf: "object", aggregated: null, mediaType } : null;
    case "meta.k8s.io/PartialObjectMetadataList":
      return version === "v1" || version === "v1beta1" ? { form: "partial", partialOf: "list", aggregated: null, mediaType } : null;
    case "apidiscovery.k8s.io/APIGroupDiscoveryList":
      return version === "v2" ? { form: "object", partialOf: null, aggregated: "v2", mediaType } : null;
    default:
      return null;
  }
}
