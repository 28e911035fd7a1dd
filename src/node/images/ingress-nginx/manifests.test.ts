import { describe, expect, it } from "vitest";
import { ApiWorld } from "../../../apiserver/testing/apiWorld.ts";
import type { JsonObject } from "../../../base/json.ts";
import { kindByGvk } from "../../../kinds/index.ts";
import { corednsImage } from "../coredns/image.ts";
import { corednsManifests } from "../coredns/manifests.ts";
import { collectionPath } from "../../../client/paths.ts";
import { parseApiVersion } from "../../../apimachinery/gvk.ts";
import { ingressNginxImage } from "./image.ts";
import { ingressNginxManifests } from "./manifests.ts";

const all = [...ingressNginxManifests, ...corednsManifests({ clusterDns: "10.96.0.10", clusterDomain: "cluster.local", replicas: 2 })];

interface Meta {
  readonly kind: string;
  readonly apiVersion: string;
  readonly metadata: { readonly name: string; readonly namespace?: string };
}

describe("the addons' objects", () => {
  it("are accepted by the API server, strictly", () => {
    const api = new ApiWorld();
    for (const object of all) {
      const { kind, apiVersion, metadata } = object as unknown as Meta;
      const definition = kindByGvk({ ...parseApiVersion(apiVersion), kind });
      // Roles are served once RBAC is.
      if (definition === null) {
        expect(apiVersion).toBe("rbac.authorization.k8s.io/v1");
        continue;
      }
      const response = api.call("POST", `${collectionPath(definition, metadata.namespace ?? null)}?fieldValidation=Strict`, object as JsonObject);
      expect([kind, metadata.name, response.code, (response.body as { readonly message?: string }).message]).toEqual([kind, metadata.name, 201, undefined]);
    }
  });

  it("name images that exist and commands that run", () => {
    for (const [image, reference] of [[ingressNginxImage, "registry.k8s.io/ingress-nginx/controller:v1.13.0"], [corednsImage, "registry.k8s.io/coredns/coredns:v1.12.1"]] as const) {
      const colon = reference.lastIndexOf(":");
      expect(image.names).toContain(reference.slice(0, colon));
      expect(image.tagExists(reference.slice(colon + 1))).toBe(true);
      expect(JSON.stringify(all)).toContain(reference);
    }
    expect(ingressNginxImage.tagExists("v1.161.0")).toBe(false);
    expect(corednsImage.tagExists("latest")).toBe(false);
    expect(corednsImage.program(["/coredns", "-conf", "/etc/coredns/Corefile"])).not.toBeNull();
    expect(ingressNginxImage.program(["/usr/bin/dumb-init", "--", "/nginx-ingress-controller"])).not.toBeNull();
    expect(ingressNginxImage.program(["/bin/cat"])).toBeNull();
  });
});
