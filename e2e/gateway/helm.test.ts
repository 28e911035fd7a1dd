import { execFile } from "node:child_process";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { toolPath } from "../../src/gateway/scripts/kubectl.mjs";
import { type Answer, type GatewayUnderTest, withGateway } from "./gatewayUnderTest.ts";

const [kubectlPath, helmPath] = [await toolPath("kubectl"), await toolPath("helm")];
if (helmPath === null) console.log("helm: none found and none could be fetched, its tests are skipped");

const charts = join(import.meta.dirname, "charts");

describe.skipIf(kubectlPath === null || helmPath === null)("helm", { timeout: 120_000 }, () => {
  let gateway: GatewayUnderTest;
  withGateway(["--speed", "20"], (started) => void (gateway = started));

  const helm = (...args: readonly string[]): Promise<Answer> => {
    const home = join(gateway.kubeconfig, "..");
    return new Promise((resolve) => {
      execFile(helmPath as string, ["--kubeconfig", gateway.kubeconfig, ...args], { timeout: 100_000, env: { ...process.env, HELM_CACHE_HOME: home, HELM_CONFIG_HOME: home, HELM_DATA_HOME: home } }, (error, out, err) => {
        resolve({ code: error === null ? 0 : typeof error.code === "number" ? error.code : 1, out, err });
      });
    });
  };

  it("installs, tests, upgrades, rolls back and uninstalls a chart with hooks", async () => {
    const installed = await helm("install", "shop", join(charts, "shop"), "--wait", "--timeout", "60s");
    expect(installed, installed.err).toMatchObject({ code: 0 });
    expect(installed.out).toContain("STATUS: deployed");
    expect(await gateway.run("logs shop-prepare")).toBe("prepared revision 1\n");
    expect(await gateway.run("get deployment shop -o jsonpath={.status.readyReplicas}")).toBe("2");

    const tested = await helm("test", "shop", "--logs");
    expect(tested, tested.err).toMatchObject({ code: 0 });
    expect(tested.out).toContain("Phase:          Succeeded");
    expect(tested.out).toContain("Welcome to nginx!");

    const upgraded = await helm("upgrade", "shop", join(charts, "shop"), "--set", "replicas=3,image.tag=1.28", "--wait", "--timeout", "60s");
    expect(upgraded, upgraded.err).toMatchObject({ code: 0 });
    expect(await gateway.run("get deployment shop -o jsonpath={.spec.template.spec.containers[0].image}/{.status.readyReplicas}")).toBe("nginx:1.28/3");
    expect(await gateway.run("logs shop-prepare")).toBe("prepared revision 2\n");

    const rolledBack = await helm("rollback", "shop", "1", "--wait", "--timeout", "60s");
    expect(rolledBack, rolledBack.err).toMatchObject({ code: 0 });
    expect(await gateway.run("get deployment shop -o jsonpath={.spec.template.spec.containers[0].image}/{.spec.replicas}")).toBe("nginx:1.27/2");
    const history = JSON.parse((await helm("history", "shop", "-o", "json")).out) as readonly { readonly revision: number; readonly status: string }[];
    expect(history.map(({ revision, status }) => `${revision} ${status}`)).toEqual(["1 superseded", "2 superseded", "3 deployed"]);

    const gone = await helm("uninstall", "shop", "--wait", "--timeout", "60s");
    expect(gone, gone.err).toMatchObject({ code: 0, out: 'release "shop" uninstalled\n' });
    expect((await gateway.kubectl("get deployment shop")).err).toBe('Error from server (NotFound): deployments.apps "shop" not found\n');
  });

  it("keeps a chart's disruption budget through upgrade and rollback", async () => {
    const path = join(charts, "guarded");
    const done = async (...args: readonly string[]): Promise<string> => {
      const answer = await helm(...args, "--timeout", "60s");
      expect(answer, answer.err).toMatchObject({ code: 0 });
      return answer.out;
    };
    const budget = () => gateway.run("get pdb guarded -o jsonpath={.spec.minAvailable}");
    /** What the disruption controller makes of it: how many may go, of how many that are healthy. */
    const allowed = () => expect.poll(() => gateway.run("get pdb guarded -o jsonpath={.status.disruptionsAllowed}/{.status.currentHealthy}"), { timeout: 20_000 });
    const evict = async (): Promise<Answer> => {
      const name = await gateway.run("get pods -l app=guarded -o jsonpath={.items[0].metadata.name}");
      return gateway.kubectl(`create --raw /api/v1/namespaces/default/pods/${name}/eviction -f -`, JSON.stringify({ apiVersion: "policy/v1", kind: "Eviction", metadata: { name, namespace: "default" } }));
    };

    expect(await done("install", "guarded", path, "--wait")).toContain("STATUS: deployed");
    expect(await budget()).toBe("2");
    await allowed().toBe("1/3");
    expect(await done("test", "guarded", "--logs")).toContain("at least 2 of 3");
    await done("upgrade", "guarded", path, "--set", "minAvailable=3", "--wait");
    expect(await budget()).toBe("3");
    await allowed().toBe("0/3");
    expect(await evict()).toMatchObject({ code: 1, err: expect.stringMatching(/TooManyRequests|disruption budget/) as unknown as string });
    await done("rollback", "guarded", "1", "--wait");
    expect(await budget()).toBe("2");
    await allowed().toBe("1/3");
    expect(await evict()).toMatchObject({ code: 0 });
    await allowed().toBe("1/3");
    expect(await done("uninstall", "guarded", "--wait")).toBe('release "guarded" uninstalled\n');
    expect((await gateway.kubectl("get pdb guarded")).err).toBe('Error from server (NotFound): poddisruptionbudgets.policy "guarded" not found\n');
  });
});
