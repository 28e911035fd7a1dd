import { PassThrough } from "node:stream";
import { AppsV1Api, CoreV1Api, Exec, KubeConfig, makeInformer, PatchStrategy, setHeaderOptions, Watch, type V1Pod, type V1Status } from "@kubernetes/client-node";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { toolPath } from "../../src/gateway/scripts/kubectl.mjs";
import { GatewayUnderTest } from "./gatewayUnderTest.ts";

const kubectlPath = await toolPath("kubectl");
if (kubectlPath === null) console.log("kubectl: none found and none could be fetched, the tests of the JavaScript client are skipped with it");

const soon = { timeout: 30_000, interval: 50 };

describe.skipIf(kubectlPath === null)("@kubernetes/client-node", { timeout: 60_000 }, () => {
  let gateway: GatewayUnderTest;
  const config = new KubeConfig();
  beforeAll(async () => {
    gateway = await GatewayUnderTest.start(kubectlPath as string, ["--speed", "20"]);
    await gateway.run("wait node --all --for=condition=Ready --timeout=60s");
    config.loadFromFile(gateway.kubeconfig);
  }, 60_000);
  afterAll(async () => {
    expect(await gateway.stop()).toBe(0);
  });

  const pod = (name: string): V1Pod => ({ apiVersion: "v1", kind: "Pod", metadata: { name }, spec: { containers: [{ name: "web", image: "nginx:1.27" }] } });

  it("an informer sees a pod come, change and go", async () => {
    const core = config.makeApiClient(CoreV1Api);
    const informer = makeInformer(config, "/api/v1/namespaces/default/pods", () => core.listNamespacedPod({ namespace: "default" }));
    const seen: string[] = [];
    informer.on("add", (object) => seen.push(`add ${object.metadata?.name}`));
    informer.on("update", (object) => seen.push(`update ${object.metadata?.name} ${object.status?.phase}`));
    informer.on("delete", (object) => seen.push(`delete ${object.metadata?.name}`));
    await informer.start();
    try {
      await core.createNamespacedPod({ namespace: "default", body: pod("informed") });
      await expect.poll(() => seen, soon).toContain("update informed Running");
      expect(seen[0]).toBe("add informed");
      expect(informer.get("informed", "default")?.status?.podIP).toMatch(/^10\.244\./);
      await core.deleteNamespacedPod({ name: "informed", namespace: "default", gracePeriodSeconds: 0 });
      await expect.poll(() => seen, soon).toContain("delete informed");
    } finally {
      await informer.stop();
    }
  });

  it("a watch from a resource version tells what came after it", async () => {
    const core = config.makeApiClient(CoreV1Api);
    const { metadata } = await core.listNamespacedConfigMap({ namespace: "default" });
    await core.createNamespacedConfigMap({ namespace: "default", body: { metadata: { name: "watched" }, data: { a: "1" } } });
    await core.deleteNamespacedConfigMap({ name: "watched", namespace: "default" });
    const seen: string[] = [];
    const controller = await new Watch(config).watch(
      "/api/v1/namespaces/default/configmaps", { resourceVersion: metadata?.resourceVersion ?? "" },
      (type, object: { readonly metadata: { readonly name: string } }) => seen.push(`${type} ${object.metadata.name}`), () => undefined,
    );
    try {
      await expect.poll(() => seen, soon).toEqual(["ADDED watched", "DELETED watched"]);
    } finally {
      controller.abort();
    }
  });

  it("server-side apply creates, owns its fields, and conflicts where another owns them", async () => {
    const apps = config.makeApiClient(AppsV1Api);
    const deployment = (replicas: number): object => ({
      apiVersion: "apps/v1", kind: "Deployment", metadata: { name: "applied" },
      spec: { replicas, selector: { matchLabels: { app: "applied" } }, template: { metadata: { labels: { app: "applied" } }, spec: { containers: [{ name: "web", image: "nginx:1.27" }] } } },
    });
    const apply = (replicas: number, fieldManager: string, force = false): ReturnType<AppsV1Api["patchNamespacedDeployment"]> =>
      apps.patchNamespacedDeployment({ name: "applied", namespace: "default", body: deployment(replicas), fieldManager, force }, setHeaderOptions("Content-Type", PatchStrategy.ServerSideApply));
    const made = await apply(1, "first");
    expect(made.metadata?.managedFields).toMatchObject([{ manager: "first", operation: "Apply" }]);
    await expect(apply(2, "second")).rejects.toThrow(/Apply failed with 1 conflict: conflict with \S+first\S+: \.spec\.replicas/);
    expect((await apply(2, "second", true)).spec?.replicas).toBe(2);
  });

  it("exec over a WebSocket: output, errors, what is typed, and the exit code", async () => {
    const core = config.makeApiClient(CoreV1Api);
    await core.createNamespacedPod({ namespace: "default", body: { metadata: { name: "box" }, spec: { containers: [{ name: "main", image: "busybox:1.36", command: ["sleep", "3600"] }] } } });
    await expect.poll(async () => (await core.readNamespacedPod({ name: "box", namespace: "default" })).status?.phase, soon).toBe("Running");
    const exec = (command: readonly string[], input: string | null = null): Promise<{ readonly out: string; readonly err: string; readonly status: V1Status }> => new Promise((resolve, reject) => {
      const texts = { out: "", err: "" };
      const [stdout, stderr, stdin] = [new PassThrough(), new PassThrough(), input === null ? null : new PassThrough()];
      stdout.on("data", (data: Buffer) => void (texts.out += data.toString()));
      stderr.on("data", (data: Buffer) => void (texts.err += data.toString()));
      new Exec(config).exec("default", "box", "main", [...command], stdout, stderr, stdin, false, (status) => resolve({ ...texts, status })).catch(reject);
      stdin?.end(input);
    });
    expect(await exec(["sh", "-c", "echo out; echo err >&2"])).toMatchObject({ out: "out\n", err: "err\n", status: { status: "Success" } });
    expect(await exec(["sh"], "read x\nhello\necho $x\nexit 3\n")).toMatchObject({ out: "hello\n", status: { status: "Failure", reason: "NonZeroExitCode", details: { causes: [{ reason: "ExitCode", message: "3" }] } } });
    await expect(new Exec(config).exec("default", "none", "main", ["ls"], null, null, null, false)).rejects.toBeDefined();
  });
});
