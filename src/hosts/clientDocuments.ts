import type { Descriptions } from "../apimachinery/schema/openapiDefinitions.ts";
import type { ClientDocuments } from "../apiserver/clientDocuments.ts";
import { OpenApiDocuments } from "../apiserver/discovery/openapi.ts";
import { descriptionsText } from "../kinds/generated/schemaDescriptions.ts";
import { columnTexts } from "../kinds/printing/columnTexts.ts";

const openApi = new OpenApiDocuments(JSON.parse(descriptionsText) as Descriptions);

/** All there is for clients to read. Half a megabyte: the page loads this module when it is first asked for any of it. */
export const clientDocuments: ClientDocuments = { columns: columnTexts, openApi: (rc, path) => openApi.serve(rc, path) };
