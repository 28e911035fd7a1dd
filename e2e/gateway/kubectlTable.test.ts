import { mkdirSync, mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { stringify } from "yaml";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { toolPath } from "../../src/gateway/scripts/kubectl.mjs";
import { GatewayUnderTest } from "./gatewayUnderTest.ts";

const kubectlPath = await toolPath("kubectl");

interface Case {
  readonly run: string | readonly string[];
  readonly out?: string | RegExp;
  /** What it says when it fails; it must fail with code 1 then, unless `code` says otherwise. */
  readonly fails?: string | RegExp;
  readonly code?: number;
  readonly input?: string;
  /** Tried again until it says so: what controllers bring about. */
  readonly eventually?: true;
}

const folder = mkdtempSync(join(tmpdir(), "orrery-table-"));
const file = (name: string, ...documents: readonly unknown[]): string => {
  const path = join(folder, name);
  mkdirSync(join(path, ".."), { recursive: true });
  writeFileSync(path, documents.map((document) => stringify(document)).join("---\n"));
  return path;
};

const paint = (color: string): unknown => ({ apiVersion: "v1", kind: "ConfigMap", metadata: { name: "paint", labels: { team: "red" } }, data: { color } });
const paintFile = file("paint.yaml", paint("red"));
const blueFile = file("blue.yaml", paint("blue"));
const base = file("kustom/cm.yaml", { apiVersion: "v1", kind: "ConfigMap", metadata: { name: "app" }, data: { a: "1" } });
file("kustom/kustomization.yaml", { apiVersion: "kustomize.config.k8s.io/v1beta1", kind: "Kustomization", namePrefix: "dev-", labels: [{ pairs: { env: "dev" } }], resources: ["cm.yaml"] });
const badFile = file("bad.yaml", { apiVersion: "v1", kind: "ConfigMap", metadata: { name: "bad" }, dat: { a: "b" } });
const kustom = join(base, "..");

/** In their order, in one cluster. */
const table: Readonly<Record<string, readonly Case[]>> = {
  "discovery and explain": [
    { run: "version", out: /Server Version: v1\.36\.\d/ },
    { run: "cluster-info", out: /Kubernetes control plane.* is running at .*https:\/\/127\.0\.0\.1:\d+/ },
    { run: "api-versions", out: /^(.*\n)*apps\/v1\n(.*\n)*v1\n$/ },
    { run: "api-resources --api-group=apps --no-headers", out: /deployments\s+deploy\s+apps\/v1\s+true\s+Deployment/ },
    { run: "api-resources --namespaced=false -o name", out: /^(.*\n)*namespaces\n(.*\n)*nodes\n/ },
    { run: "api-resources --verbs=list,watch --sort-by=kind --no-headers", out: /configmaps\s+cm\s+v1\s+true\s+ConfigMap/ },
    { run: "explain pods", out: /^KIND:\s+Pod\nVERSION:\s+v1\n\nDESCRIPTION:\n/ },
    { run: "explain deployment.spec.strategy.rollingUpdate.maxSurge", out: /FIELD: maxSurge <IntOrString>/ },
    { run: "explain service.spec --recursive", out: /clusterIP\s+<string>/ },
    { run: "explain pod.spec.nope", fails: 'error: field "nope" does not exist\n' },
    { run: "explain nopes", fails: /the server doesn't have a resource type "nopes"/ },
    { run: "get --raw /readyz", out: "ok" },
    { run: "get --raw /api/v1/namespaces/default", out: /"kind":"Namespace"/ },
    { run: "get nopes", fails: 'error: the server doesn\'t have a resource type "nopes"\n' },
    { run: "options", out: /--kubeconfig=''/ },
  ],
  "create and get": [
    { run: "create namespace shop", out: "namespace/shop created\n" },
    { run: "create namespace shop", fails: 'Error from server (AlreadyExists): namespaces "shop" already exists\n' },
    { run: "create configmap settings --from-literal=a=1 --from-literal=b=2", out: "configmap/settings created\n" },
    { run: "create secret generic keys --from-literal=password=hidden", out: "secret/keys created\n" },
    { run: "create serviceaccount robot", out: "serviceaccount/robot created\n" },
    { run: "create token robot --duration=20m", out: /^eyJ[\w-]+\.[\w-]+\.[\w-]+$/ },
    { run: "create token none", fails: 'error: failed to create token: serviceaccounts "none" not found\n' },
    { run: "create deployment web --image=nginx:1.27 --replicas=2 --port=80", out: "deployment.apps/web created\n" },
    { run: "create deployment web --image=nginx:1.27", fails: 'error: failed to create deployment: deployments.apps "web" already exists\n' },
    { run: "create deployment dry --image=nginx --dry-run=client -o yaml", out: /^apiVersion: apps\/v1\nkind: Deployment\n/ },
    { run: "create deployment dry --image=nginx --dry-run=server", out: "deployment.apps/dry created (server dry run)\n" },
    { run: "create deployment Bad_Name --image=nginx", fails: /The Deployment "Bad_Name" is invalid: metadata\.name: Invalid value: "Bad_Name": a lowercase RFC 1123 subdomain|error: failed to create deployment: Deployment\.apps "Bad_Name" is invalid: metadata\.name: Invalid value: "Bad_Name": a lowercase RFC 1123 subdomain/ },
    { run: "create service clusterip plain --tcp=80:8080", out: "service/plain created\n" },
    { run: "create service nodeport open --tcp=80 --node-port=30080", out: "service/open created\n" },
    { run: "create service externalname out --external-name=example.com", out: "service/out created\n" },
    { run: ["create", "priorityclass", "high", "--value=1000", "--description=first"], out: "priorityclass.scheduling.k8s.io/high created\n" },
    { run: "run solo --image=busybox:1.36 --labels=tier=test --env=A=1 -- sleep 3600", out: "pod/solo created\n" },
    { run: "get configmap settings -o jsonpath={.data.a}", out: "1" },
    { run: ["get", "configmap", "settings", "-o", "go-template={{range $k, $v := .data}}{{$k}}={{$v}};{{end}}"], out: "a=1;b=2;" },
    { run: "get secret keys -o jsonpath={.data.password}", out: "aGlkZGVu" },
    { run: "get configmaps,serviceaccounts -o name", out: /configmap\/settings\n[^]*serviceaccount\/robot\n/ },
    { run: "get deployments -o custom-columns=NAME:.metadata.name,IMAGE:.spec.template.spec.containers[0].image", out: /^NAME\s+IMAGE\nweb\s+nginx:1\.27\n$/ },
    { run: "get service open --no-headers", out: /^open\s+NodePort\s+10\.96\.\S+\s+<none>\s+80:30080\/TCP\s+\S+\n$/ },
    { run: "get service out", out: /out\s+ExternalName\s+<none>\s+example\.com\s+<none>/ },
    { run: "get namespaces --sort-by=.metadata.name -o name", out: /^namespace\/default\n(.*\n)*namespace\/shop\n$/ },
    { run: "get pods -l tier=test --show-labels", out: /solo\s+.*tier=test/, eventually: true },
    { run: "get pods -l tier=none", out: "" },
    { run: "get pods --field-selector=metadata.name=solo -o name", out: "pod/solo\n" },
    { run: "get pods --field-selector=spec.nope=x", fails: /field label not supported: spec\.nope/ },
    { run: "get pods -A --chunk-size=2 --no-headers", out: /default\s+solo\s/ },
    { run: "get pod none", fails: 'Error from server (NotFound): pods "none" not found\n' },
    { run: "get pod none --ignore-not-found", out: "" },
    { run: "get node node-1 -o wide", out: /node-1\s+Ready\s+<none>\s+\S+\s+v1\.36\.\d\s+\d+\.\d+\.\d+\.\d+/ },
    { run: "get node node-1 --subresource=status -o jsonpath={.status.capacity.pods}", out: "110" },
    { run: "get priorityclass high", out: /high\s+1000\s+false/ },
    { run: "describe configmap settings", out: /Name:\s+settings\nNamespace:\s+default\n[^]*Data\n====\na:\n----\n1\n/ },
    { run: "describe secret keys", out: /Type:\s+Opaque\n\nData\n====\npassword:\s+6 bytes\n/ },
  ],
  "wait and watch": [
    { run: "wait deployment/web --for=condition=Available --timeout=60s", out: "deployment.apps/web condition met\n" },
    { run: "wait pod/solo --for=condition=Ready --timeout=60s", out: "pod/solo condition met\n" },
    { run: "wait pod/solo --for=jsonpath={.status.phase}=Running --timeout=60s", out: "pod/solo condition met\n" },
    { run: "wait deployment/web --for=create --timeout=5s", out: "deployment.apps/web condition met\n" },
    { run: "wait pod/none --for=delete --timeout=5s", out: "" },
    { run: "wait pod/solo --for=condition=Nope --timeout=1s", fails: "error: timed out waiting for the condition on pods/solo\n" },
    { run: "get pods -l app=web --no-headers", out: /web-\w+-\w+\s+1\/1\s+Running\s+0\s+\S+\nweb-\w+-\w+\s+1\/1\s+Running\s+0\s+\S+\n/ },
    { run: "logs -l app=web --tail=1 --prefix", out: /\[pod\/web-\S+\/nginx\] / },
    { run: "logs none", fails: 'error: error from server (NotFound): pods "none" not found in namespace "default"\n' },
    { run: "logs solo -c nope", fails: "error: container nope is not valid for pod solo\n" },
    { run: "events --for pod/solo", out: /Normal\s+Scheduled\s+Pod\/solo\s+Successfully assigned default\/solo to node-\d/ },
    { run: "get events --field-selector=involvedObject.name=solo -o custom-columns=R:.reason --no-headers", out: /Scheduled\n(.*\n)*Started\n/ },
    { run: "exec deploy/web -- hostname", out: /^web-/ },
  ],
  "apply, diff and patch": [
    { run: `apply -f ${paintFile}`, out: "configmap/paint created\n" },
    { run: `apply -f ${paintFile}`, out: "configmap/paint unchanged\n" },
    { run: `diff -f ${paintFile}`, out: "" },
    { run: `diff -f ${blueFile}`, out: /-\s+color: red\n\+\s+color: blue/, code: 1 },
    { run: `apply -f ${blueFile} --dry-run=server`, out: "configmap/paint configured (server dry run)\n" },
    { run: `apply -f ${blueFile}`, out: "configmap/paint configured\n" },
    { run: `apply view-last-applied configmap/paint`, out: /color: blue/ },
    { run: `apply --server-side -f ${paintFile}`, out: "configmap/paint serverside-applied\n" },
    { run: `apply --server-side -f ${blueFile}`, out: "configmap/paint serverside-applied\n" },
    { run: `apply --server-side --field-manager=other -f ${paintFile}`, fails: /Apply failed with 1 conflict: conflict with "kubectl": \.data\.color/ },
    { run: `apply --server-side --field-manager=other --force-conflicts -f ${paintFile}`, out: "configmap/paint serverside-applied\n" },
    { run: "get configmap paint -o jsonpath={.metadata.managedFields[*].manager} --show-managed-fields", out: /other/ },
    { run: `apply -f ${badFile}`, fails: /strict decoding error: unknown field "dat"/ },
    { run: `apply -f ${badFile} --validate=false`, out: "configmap/bad created\n" },
    { run: `create -f ${paintFile}`, fails: `Error from server (AlreadyExists): error when creating "${paintFile}": configmaps "paint" already exists\n` },
    { run: `replace -f ${paintFile}`, out: "configmap/paint replaced\n" },
    { run: "apply -f -", input: "a: b\n", fails: /error validating data|apiVersion not set|Object 'Kind' is missing/ },
    { run: ["patch", "configmap", "paint", "-p", '{"data":{"size":"2"}}'], out: "configmap/paint patched\n" },
    { run: ["patch", "configmap", "paint", "--type=merge", "-p", '{"data":{"size":null}}'], out: "configmap/paint patched\n" },
    { run: ["patch", "configmap", "paint", "--type=json", "-p", '[{"op":"add","path":"/data/x","value":"y"}]'], out: "configmap/paint patched\n" },
    { run: ["patch", "configmap", "paint", "--type=json", "-p", '[{"op":"remove","path":"/data/none"}]'], fails: /The request is invalid: the server rejected our request due to an error in our request|remove operation does not apply|Unable to remove nonexistent key/ },
    { run: ["patch", "deployment", "web", "-p", '{"spec":{"replicas":-1}}'], fails: 'The Deployment "web" is invalid: spec.replicas: Invalid value: -1: must be greater than or equal to 0\n' },
    { run: ["patch", "deployment", "web", "--subresource=scale", "--type=merge", "-p", '{"spec":{"replicas":2}}'], out: /scale\.autoscaling\/web patched/ },
    { run: `kustomize ${kustom}`, out: /name: dev-app/ },
    { run: `apply -k ${kustom}`, out: "configmap/dev-app created\n" },
    { run: "get configmap -l env=dev -o name", out: "configmap/dev-app\n" },
    { run: `delete -k ${kustom}`, out: 'configmap "dev-app" deleted from default namespace\n' },
  ],
  "change": [
    { run: "label configmap paint team=blue", fails: "error: 'team' already has a value (red), and --overwrite is false\n" },
    { run: "label configmap paint team=blue --overwrite", out: "configmap/paint labeled\n" },
    { run: "label configmap paint team-", out: "configmap/paint unlabeled\n" },
    { run: ["label", "configmap", "paint", "a=b c"], fails: /a valid label must be|invalid label value/ },
    { run: "annotate configmap paint note=first", out: "configmap/paint annotated\n" },
    { run: "annotate configmap paint note-", out: "configmap/paint annotated\n" },
    { run: "scale deployment web --replicas=3", out: "deployment.apps/web scaled\n" },
    { run: "scale deployment web --current-replicas=9 --replicas=1", fails: /Expected replicas to be 9, was 3/ },
    { run: "set image deployment/web nginx=nginx:1.28", out: "deployment.apps/web image updated\n" },
    { run: "set image deployment/web nope=nginx", fails: 'error: unable to find container named "nope"\n' },
    { run: "set env deployment/web COLOR=blue", out: "deployment.apps/web env updated\n" },
    { run: "set env deployment/web --list", out: "# Deployment web, container nginx\nCOLOR=blue\n" },
    { run: "set resources deployment/web --requests=cpu=100m --limits=cpu=200m", out: "deployment.apps/web resource requirements updated\n" },
    { run: "set serviceaccount deployment/web robot", out: "deployment.apps/web serviceaccount updated\n" },
    { run: "set selector service/plain app=plain", out: "service/plain selector updated\n" },
    { run: "expose deployment web --port=80 --target-port=80", out: "service/web exposed\n" },
    { run: "expose deployment web --port=80", fails: /services "web" already exists/ },
    { run: "get endpointslices -l kubernetes.io/service-name=web --no-headers", out: /web-\w+\s+IPv4\s+80\s+10\.244/, eventually: true },
    { run: "edit configmap paint", out: "" },
  ],
  "rollout": [
    { run: "rollout status deployment/web --timeout=60s", out: /deployment "web" successfully rolled out\n$/ },
    { run: "rollout history deployment/web", out: /^deployment\.apps\/web \nREVISION\s+CHANGE-CAUSE\n1\s+<none>\n/ },
    { run: "rollout history deployment/web --revision=1", out: /Image:\s+nginx:1\.27/ },
    { run: "rollout history deployment/web --revision=99", fails: "error: unable to find the specified revision\n" },
    { run: "rollout pause deployment/web", out: "deployment.apps/web paused\n" },
    { run: "rollout pause deployment/web", fails: /deployments\.apps "web" is already paused/ },
    { run: "rollout restart deployment/web", fails: /can't restart paused deployment \(run rollout resume first\)/ },
    { run: "rollout resume deployment/web", out: "deployment.apps/web resumed\n" },
    { run: "rollout restart deployment/web", out: "deployment.apps/web restarted\n" },
    { run: "rollout undo deployment/web --to-revision=1", out: "deployment.apps/web rolled back\n" },
    { run: "rollout status deployment/web --timeout=60s", out: /successfully rolled out/ },
    { run: "get deployment web -o jsonpath={.spec.template.spec.containers[0].image}", out: "nginx:1.27" },
  ],
  "nodes": [
    { run: "cordon node-2", out: "node/node-2 cordoned\n" },
    { run: "cordon node-2", out: "node/node-2 already cordoned\n" },
    { run: "get node node-2 --no-headers", out: /node-2\s+Ready,SchedulingDisabled/ },
    { run: "drain node-2 --ignore-daemonsets --force --delete-emptydir-data --timeout=60s", out: /node\/node-2 drained\n$/ },
    { run: "get pods -A --field-selector=spec.nodeName=node-2 -o name", out: "" },
    { run: "uncordon node-2", out: "node/node-2 uncordoned\n" },
    { run: "taint node node-2 a=b:NoSchedule", out: "node/node-2 tainted\n" },
    { run: "taint node node-2 a=b:NoSchedule", fails: /node node-2 already has a taint with same key\(s\)|already has a taints \(a\)|already has a/ },
    { run: "taint node node-2 a=b:Nope", fails: /invalid taint effect: Nope/ },
    { run: "taint node node-2 a-", out: "node/node-2 untainted\n" },
    { run: "label node node-2 disk=ssd", out: "node/node-2 labeled\n" },
    { run: "describe node node-2", out: /Labels:[^]*disk=ssd[^]*Allocatable:\n\s+cpu:\s+4/ },
  ],
  "who may what": [
    { run: "auth whoami", out: /Username\s+kubernetes-admin\nGroups\s+\[system:masters system:authenticated\]\n/ },
    { run: "auth can-i create pods", out: "yes\n" },
    { run: "auth can-i create pods --as=nobody", out: "no\n", code: 1 },
    { run: "auth can-i --list", out: /^Resources\s+Non-Resource URLs\s+Resource Names\s+Verbs\n[^]*\*\.\*\s+\[\]\s+\[\]\s+\[\*\]\n/ },
    { run: "create role reader --verb=get,list --resource=configmaps", out: "role.rbac.authorization.k8s.io/reader created\n" },
    { run: "create rolebinding reader --role=reader --serviceaccount=default:robot", out: "rolebinding.rbac.authorization.k8s.io/reader created\n" },
    { run: "auth can-i --list --as=system:serviceaccount:default:robot", out: /configmaps\s+\[\]\s+\[\]\s+\[get list\]\n/ },
    { run: "auth can-i delete configmaps --as=system:serviceaccount:default:robot", out: "no\n", code: 1 },
    { run: "auth can-i get configmaps --as=system:serviceaccount:default:robot -n kube-system", out: "no\n", code: 1 },
    { run: "auth can-i get /healthz --as=nobody", out: /^(yes|no)\n$/ },
    { run: "auth whoami --as=nobody --as-group=team -o jsonpath={.status.userInfo.groups}", out: '["team","system:authenticated"]' },
  ],
  "debug": [
    { run: "debug solo --image=busybox:1.36 --copy-to=twin --share-processes -- sleep 3600", out: /^(Defaulting debug container name to debugger-\w+\.\n)?$/ },
    { run: "get pod twin -o jsonpath={.spec.shareProcessNamespace}", out: "true" },
    { run: "delete pod twin --grace-period=0 --force", out: /deleted/ },
  ],
  "config": [
    { run: "config view --minify -o jsonpath={.contexts[0].name}", out: "orrery" },
    { run: "config current-context", out: "orrery\n" },
  ],
  "refused by name": [
    { run: "top pods", fails: "error: Metrics API not available\n" },
    { run: "top nodes", fails: "error: Metrics API not available\n" },
  ],
  "delete": [
    { run: "delete configmap paint bad", out: 'configmap "paint" deleted from default namespace\nconfigmap "bad" deleted from default namespace\n' },
    { run: "delete configmap paint", fails: 'Error from server (NotFound): configmaps "paint" not found\n' },
    { run: "delete configmap paint --ignore-not-found", out: "" },
    { run: "delete service plain open out --dry-run=server", out: /service "plain" deleted from default namespace \(server dry run\)/ },
    { run: "delete services -l app=none", out: "No resources found\n" },
    { run: "delete pod -l tier=test --force --grace-period=0", out: /deleted/ },
    { run: "delete deployment web --cascade=orphan", out: 'deployment.apps "web" deleted from default namespace\n' },
    { run: "get replicasets -l app=web -o jsonpath={.items[0].metadata.ownerReferences}", out: "", eventually: true },
    { run: "delete replicasets -l app=web --cascade=foreground", out: /replicaset\.apps "web-\w+" deleted/ },
    { run: "get pods -l app=web", out: "", eventually: true },
    { run: "delete namespace shop --timeout=60s", out: 'namespace "shop" deleted\n' },
    { run: "delete namespace default", fails: /namespaces "default" is forbidden: this namespace may not be deleted/ },
  ],
};

describe.skipIf(kubectlPath === null)("kubectl, command by command", { timeout: 60_000 }, () => {
  let gateway: GatewayUnderTest;
  beforeAll(async () => {
    process.env["KUBE_EDITOR"] = "true";
    gateway = await GatewayUnderTest.start(kubectlPath as string, ["--speed", "40"]);
    await gateway.run("wait node --all --for=condition=Ready --timeout=60s");
  }, 60_000);
  afterAll(async () => {
    expect(await gateway.stop()).toBe(0);
  });

  async function check({ run, out = "", fails, code, input }: Case): Promise<void> {
    const answer = await gateway.kubectl(run, input);
    expect(`${answer.code} ${fails === undefined && answer.code !== (code ?? 0) ? answer.err : ""}`).toBe(`${code ?? (fails === undefined ? 0 : 1)} `);
    const [said, wanted] = fails === undefined ? [answer.out, out] : [answer.err, fails];
    if (typeof wanted === "string") expect(said).toBe(wanted);
    else expect(said).toMatch(wanted);
  }

  for (const [topic, cases] of Object.entries(table)) {
    it(topic, async () => {
      const wrong: string[] = [];
      for (const each of cases) {
        const checked = each.eventually === true ? expect.poll(() => check(each).then(() => "", String), { timeout: 20_000, interval: 200 }).toBe("") : check(each);
        await checked.catch((error: unknown) => wrong.push(`kubectl ${typeof each.run === "string" ? each.run : each.run.join(" ")}: ${String(error)}`));
      }
      expect(wrong).toEqual([]);
    });
  }

  it("debug: a container more in a pod runs, or the server says that it does not", async () => {
    await gateway.run("run looked-at --image=busybox:1.36 -- sleep 3600");
    await gateway.run("wait pod/looked-at --for=condition=Ready --timeout=60s");
    const { code, err } = await gateway.kubectl("debug looked-at --image=busybox:1.36 --container=look -- sleep 3600");
    expect(code, err).toBe(0);
    expect(await gateway.run("get pod looked-at -o jsonpath={.spec.ephemeralContainers[*].name}")).toBe("look");
    expect(err).not.toContain("not simulated");
    await expect.poll(() => gateway.run("get pod looked-at -o jsonpath={.status.ephemeralContainerStatuses[0].state}"), { timeout: 20_000 }).toContain("running");
  });

  it("proxy: the API on a plain local port", async () => {
    const proxy = gateway.stream("proxy --port=0");
    try {
      await expect.poll(proxy.text, { timeout: 20_000, interval: 50 }).toMatch(/Starting to serve on 127\.0\.0\.1:\d+/);
      const address = `http://127.0.0.1:${/127\.0\.0\.1:(\d+)/.exec(proxy.text())?.[1] ?? ""}`;
      expect(await (await fetch(`${address}/api/v1/namespaces/kube-system`)).json()).toMatchObject({ kind: "Namespace", metadata: { name: "kube-system" } });
      const made = await fetch(`${address}/api/v1/namespaces/default/configmaps`, { method: "POST", headers: { "content-type": "application/yaml" }, body: "metadata:\n  name: proxied\n  annotations: {day: 2026-01-01}\n" });
      expect([made.status, await made.json()]).toMatchObject([201, { metadata: { name: "proxied", annotations: { day: "2026-01-01" } } }]);
      expect((await fetch(`${address}/api/v1/namespaces/default/pods/none`)).status).toBe(404);
    } finally {
      proxy.stop();
    }
  });

  it("has as many commands as it means to", () => {
    expect(Object.values(table).flat().length).toBeGreaterThanOrEqual(120);
  });
});
