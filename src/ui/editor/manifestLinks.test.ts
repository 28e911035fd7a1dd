import { describe, expect, it } from "vitest";
import { differences } from "./drift.ts";
import { parseManifest } from "./manifestDocs.ts";
import { linkProblems, type LiveNames } from "./manifestLinks.ts";
import { unifiedDiff } from "./unifiedDiff.ts";

const nobody: LiveNames = { has: () => false, podLabels: () => [] };

const deployment = `apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec:
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web, tier: front}}
    spec:
      containers:
        - name: web
          image: nginx
          ports: [{name: http, containerPort: 80}]
          envFrom: [{configMapRef: {name: paint}}]
          env: [{name: C, valueFrom: {secretKeyRef: {name: keys, key: password}}}]
          volumeMounts: [{name: data, mountPath: /data}]
      volumes: [{name: data, persistentVolumeClaim: {claimName: data}}]
`;
const service = (selector: string, port = "http") => `apiVersion: v1
kind: Service
metadata: {name: web}
spec:
  selector: {${selector}}
  ports:
    - port: 80
      targetPort: ${port}
`;
const rest = `---
apiVersion: v1
kind: PersistentVolumeClaim
metadata: {name: data}
---
apiVersion: v1
kind: ConfigMap
metadata: {name: paint}
---
apiVersion: v1
kind: Secret
metadata: {name: keys}
stringData: {password: x}
`;

function problems(files: Readonly<Record<string, string>>, live = nobody): readonly string[] {
  const docs = Object.entries(files).flatMap(([file, text]) => parseManifest(file, text).docs.map((doc) => ({ file, doc })));
  return linkProblems(docs, live).map(({ file, line, message }) => `${file}:${line} ${message}`);
}

describe("links between documents", () => {
  it("says nothing where they meet, over files", () => {
    expect(problems({ a: deployment + rest, b: service("app: web") })).toEqual([]);
  });
  it.each<readonly [what: string, files: Record<string, string>, said: readonly string[]]>([
    ["a selector that its own template does not have", { a: deployment.replace("matchLabels: {app: web}", "matchLabels: {app: wep}") + rest }, ["a:5 selects app=wep, but its own template has app=web,tier=front"]],
    ["a service that selects nobody", { a: deployment + rest, b: service("app: wep") }, ["b:5 no pod has app=wep; the pods of Deployment web have app=web,tier=front"]],
    ["a service of another namespace", { a: deployment + rest, b: service("app: web").replace("name: web", "name: web, namespace: shop") }, ["b:5 no pod has app=web; Deployment web has them, in the namespace default"]],
    ["a port that nobody names", { a: deployment + rest, b: service("app: web", "htttp") }, ['b:8 no container of Deployment web names a port "htttp"; named are http']],
    ["a port that is not declared", { a: deployment + rest, b: service("app: web", "8080") }, ["b:8 the containers of Deployment web declare 80, not 8080"]],
    ["a claim, a config map and a key that are not there", { a: deployment + rest.replace("{name: data}", "{name: other}").replace("{name: paint}", "{name: ink}").replace("password: x", "pass: x") }, [
      "a:16 there is no PersistentVolumeClaim data, neither in the files nor in the cluster: the pods stay Pending",
      "a:13 there is no ConfigMap paint, neither in the files nor in the cluster: the pods will not start",
      'a:14 Secret keys has no key "password"',
    ]],
    ["a mount without its volume", { a: deployment.replace("name: data, mountPath", "name: date, mountPath") + rest }, ['a:15 there is no volume "date" in this pod; there are data']],
    ["a route to no service", { a: "apiVersion: networking.k8s.io/v1\nkind: Ingress\nmetadata: {name: i}\nspec: {rules: [{http: {paths: [{path: /, backend: {service: {name: none, port: {number: 80}}}}]}}]}\n" }, ["a:4 there is no Service none, neither in the files nor in the cluster"]],
    ["a route to a port that the service has not", { a: deployment + rest, b: service("app: web"), c: "apiVersion: networking.k8s.io/v1\nkind: Ingress\nmetadata: {name: i}\nspec: {defaultBackend: {service: {name: web, port: {number: 81}}}}\n" }, ["c:4 Service web has no port 81; it has 80"]],
    ["what scales nothing", { a: "apiVersion: autoscaling/v2\nkind: HorizontalPodAutoscaler\nmetadata: {name: h}\nspec: {scaleTargetRef: {apiVersion: apps/v1, kind: Deployment, name: none}}\n" }, ["a:4 there is no Deployment none to scale, neither in the files nor in the cluster"]],
    ["a policy and a budget for nobody", { a: "apiVersion: policy/v1\nkind: PodDisruptionBudget\nmetadata: {name: p}\nspec: {minAvailable: 1, selector: {matchLabels: {a: b}}}\n---\napiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata: {name: n}\nspec: {podSelector: {}}\n" }, ["a:4 no pod has a=b"]],
  ])("%s", (_what, files, said) => {
    expect(problems(files)).toEqual(said);
  });
  it("counts what is in the cluster", () => {
    const live: LiveNames = { has: (kind, _namespace, name) => kind === "ConfigMap" && name === "paint", podLabels: () => [{ app: "live" }] };
    expect(problems({ a: deployment + rest.replace("{name: paint}", "{name: ink}"), b: service("app: live") }, live)).toEqual([]);
  });
  it("never throws over half-written documents", () => {
    for (let end = 0; end < deployment.length; end += 7) problems({ a: deployment.slice(0, end), b: service("app: web").slice(0, end) });
  });
});

describe("drift", () => {
  it("names the leaves that differ, items of lists by their key", () => {
    const manifest = { spec: { replicas: 3, containers: [{ name: "a" }, { name: "b", image: "x" }], list: [1] } };
    const live = { spec: { replicas: 5, containers: [{ name: "b", image: "y" }], list: [2] } };
    const patch = { metadata: { annotations: { "kubectl.kubernetes.io/last-applied-configuration": "x" } }, spec: { replicas: 3, list: [1], containers: [{ name: "b", image: "x" }], "$setElementOrder/containers": [] } };
    expect(differences(patch, manifest, live)).toEqual([
      { path: ["spec", "replicas"], live: 5 },
      { path: ["spec", "list"], live: [2] },
      { path: ["spec", "containers", 1, "image"], live: "y" },
    ]);
  });
});

describe("unified diff", () => {
  const told = (before: string, after: string, context?: number) => unifiedDiff(before, after, context).map((lines) => lines.map(({ sign, text }) => sign + text));
  it("shows changes with what is around them", () => {
    expect(told("a\nb\nc\n", "a\nx\nc\n")).toEqual([[" a", "-b", "+x", " c"]]);
    expect(told("", "a\n")).toEqual([["+a"]]);
    expect(told("a\n", "a\n")).toEqual([]);
    expect(told("1\n2\n3\n4\n5\n6\n7\n8\n9\n", "0\n2\n3\n4\n5\n6\n7\n8\n0\n", 1)).toEqual([["-1", "+0", " 2"], [" 8", "-9", "+0"]]);
  });
});
