import { test } from "vitest";
import { ApiWorld } from "./testing/apiWorld.ts";
test("x", () => {
  for (let i = 0; i < 6; i++) {
    const t = performance.now();
    const api = new ApiWorld([], { quotaKeys: 200 });
    console.log("boot", performance.now() - t);
    const p = "/api/v1/namespaces/default/configmaps";
    let n = 0;
    if (i === 0) { let r; do { r = api.call("POST", p, { apiVersion: "v1", kind: "ConfigMap", metadata: { name: "c" + n } }); n++; } while (r.code === 201 && n < 300); console.log(n, r.code, JSON.stringify(r.body)); }
  }
});
