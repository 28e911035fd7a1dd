import type { ApiResponse } from "../../apimachinery/apiRequest.ts";
import { fnv1a32 } from "../../base/hash.ts";
import { openApiPathOf, openApiV2Document, openApiV3DiscoveryDocument, openApiV3Document, openApiV3Index, resourceOf, type OpenApiInput } from "../../apimachinery/schema/openapi.ts";
import type { Descriptions } from "../../apimachinery/schema/openapiDefinitions.ts";
import { discoveryPaths } from "../../apimachinery/schema/openapiDiscovery.ts";
import { notAcceptable } from "../../apimachinery/statusErrors.ts";
import type { Json } from "../../base/json.ts";
import { schemaNameOf } from "../../kinds/index.ts";
import { schemas } from "../../kinds/schemaTable.ts";
import { answer, statusResponse, textResponse } from "../answers.ts";
import type { RequestContext } from "../requestContext.ts";
import type { Resources } from "../resources.ts";
import { groupsOf, versionsOf } from "./resourceLists.ts";
import { serverVersion } from "./serverVersion.ts";

/** Made once for each set of resources: they are large, and nothing in them changes. */
interface Documents {
  readonly input: OpenApiInput;
  readonly made: Map<string, Json>;
}

/** Serves /openapi/v2 and /openapi/v3. `descriptions`: those of types and fields, which are larger than all the rest. */
export class OpenApiDocuments {
  private readonly descriptions: Descriptions | null;
  private readonly documents = new WeakMap<Resources, Documents>();

  constructor(descriptions: Descriptions | null) {
    this.descriptions = descriptions;
  }

  /** Null for other paths. */
  serve(rc: RequestContext, path: string): ApiResponse | null {
    const { resources } = rc.server;
    if (path === "/openapi/v2") return onlyProtobuf(rc.request.accept) ? noProtobuf() : answer(200, this.make(resources, "v2", openApiV2Document));
    if (path === "/openapi/v3") return answer(200, this.make(resources, "v3", () => openApiV3Index(groupVersions(resources), (of) => hashOf(resources, of))));
    if (!path.startsWith("/openapi/v3/")) return null;
    const name = path.slice("/openapi/v3/".length);
    const found = groupVersions(resources).find((gv) => openApiPathOf(gv) === name);
    const told = discoveryPaths(groupsOf(resources)).get(name);
    // Upstream's handler says nothing but the code.
    if (found === undefined && told === undefined) return textResponse(404, "");
    if (onlyProtobuf(rc.request.accept)) return noProtobuf();
    return answer(200, this.make(resources, name, (input) => (found !== undefined ? openApiV3Document(input, found.group, found.version) : told !== undefined ? openApiV3DiscoveryDocument(input, told) : null)));
  }

  private make(resources: Resources, name: string, write: (input: OpenApiInput) => Json): Json {
    const { input, made } = this.documentsOf(resources);
    let document = made.get(name);
    if (document === undefined) made.set(name, (document = write(input)));
    return document;
  }

  private documentsOf(resources: Resources): Documents {
    let found = this.documents.get(resources);
    if (found === undefined) {
      const served = resources.kinds.flatMap((kind) => kind.versions.map((version) => resourceOf(schemas, { ...kind, gvk: { ...kind.gvk, version }, schema: schemaNameOf(kind, version) })));
      found = { input: { registry: schemas, resources: served, descriptions: this.descriptions, serverVersion }, made: new Map() };
      this.documents.set(resources, found);
    }
    return found;
  }
}

function noProtobuf(): ApiResponse {
  return statusResponse(notAcceptable("only the following media types are accepted: application/json"));
}

function groupVersions(resources: Resources): readonly { readonly group: string; readonly version: string }[] {
  return ["", ...groupsOf(resources)].flatMap((group) => versionsOf(resources, group).map((version) => ({ group, version })));
}

/** Changes when the served kinds change; clients keep a document as long as it does not. */
function hashOf(resources: Resources, path: string): string {
  const kinds = resources.kinds.map((kind) => `${kind.schema} ${kind.subresources.join(" ")}`).join("\n");
  return fnv1a32(`${serverVersion} ${path}\n${kinds}`).toString(16).toUpperCase().padStart(8, "0");
}

function onlyProtobuf(accept: string): boolean {
  return accept !== "" && accept.split(",").every((type) => type.includes("protobuf"));
}
