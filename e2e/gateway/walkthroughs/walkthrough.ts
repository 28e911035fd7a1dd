import { execFile } from "node:child_process";
import { mkdtempSync, readdirSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, delimiter, dirname, join } from "node:path";
import { describe, expect } from "vitest";
import { inSlice } from "../../../src/cluster/testing/slice.ts";
import { examplesFolder, examplesPresent } from "../exampleManifests.ts";
import { type GatewayUnderTest, kubectlPath, withGateway } from "../gatewayUnderTest.ts";

/** Too costly for the ordinary run. */
const deepOnly = ["autoscaling", "cassandra", "configMapUpdate", "configuration", "jobs", "nodeShutdown", "resources", "secretUpdate", "secureService", "statefulSetBasics", "workQueues", "zooKeeper"].map((name) => `${name}.test.ts`);
const ordinary = readdirSync(import.meta.dirname).filter((name) => name.endsWith(".test.ts") && !deepOnly.includes(name)).sort();
const soon = { timeout: 60_000, interval: 250 };

/** One page of the documentation: its commands as they stand there, at a cluster of its own. */
export interface Page {
  /** Runs a line of the page in a shell, and returns what it printed; one that fails throws. */
  sh(line: string, input?: string): Promise<string>;
  /** What a line that should fail complained of. */
  fails(line: string): Promise<string>;
  /** The page's `--watch`: asks until the output is as it should be. */
  until(line: string, wanted: RegExp | string): Promise<void>;
  /** Lets virtual time go by. */
  pass(seconds: number): Promise<void>;
  /** What happens to a machine (`node-off`, `node-shutdown`, `node-reboot`); where it lasts, what is returned ends it. */
  fault(type: string, node: string): Promise<() => Promise<void>>;
}

/**
 * A tutorial a file. Which walks what (documentation, below docs/):
 *
 * - autoscaling: tasks/run-application/horizontal-pod-autoscale-walkthrough
 * - cassandra, statefulSetBasics (basic-stateful-set), wordpress (mysql-wordpress-persistent-volume), zooKeeper: tutorials/stateful-application
 * - configMapUpdate: tutorials/configuration/updating-configuration-via-a-configmap
 * - configuration: tasks/configure-pod-container/configure-pod-configmap, tasks/inject-data-application/distribute-credentials-secure
 * - connectApplications, secureService (its second half, HTTPS): tutorials/services/connect-applications-service
 * - dnsDebugging: tasks/administer-cluster/dns-debugging-resolution
 * - drain: tasks/administer-cluster/safely-drain-node
 * - guestbook: tutorials/stateless-application/guestbook
 * - ingress: tasks/access-application-cluster/ingress-minikube
 * - initContainers: concepts/workloads/pods/init-containers
 * - jobs: concepts/workloads/controllers/job (pi, backoff limit per index), tasks/job/indexed-parallel-processing-static, pod-failure-policy
 * - networkPolicy: tasks/administer-cluster/declare-network-policy
 * - nodeShutdown: concepts/cluster-administration/node-shutdown, and a reboot with a drain and without
 * - probes: tasks/configure-pod-container/configure-liveness-readiness-startup-probes
 * - processNamespace, securityContext: tasks/configure-pod-container/share-process-namespace, security-context
 * - resources: tasks/configure-pod-container/assign-memory-resource, assign-cpu-resource
 * - secretUpdate: tasks/configmap-secret/managing-secret-using-kubectl, concepts/configuration/secret (updates, immutable ones)
 * - workQueues: tasks/job/coarse-parallel-processing-work-queue, fine-parallel-processing-work-queue
 *
 * Where a page's file is not among the manifests beside this checkout, or its script is of Python, the test has one that does the same and says so.
 * All run in the deep run, else one of the short ones, another one with each commit.
 */
export function walkthrough(file: string, title: string, args: readonly string[], steps: (page: Page) => void): void {
  const chosen = inSlice(ordinary.indexOf(basename(file)), ordinary.length);
  describe.skipIf(kubectlPath === null || !examplesPresent || !chosen)(`the documentation's page "${title}"`, { timeout: 180_000 }, () => {
    let gateway: GatewayUnderTest;
    withGateway(["--speed", "20", ...args], (started) => void (gateway = started));
    const page: Page = {
      sh: async (line, input) => {
        const { error, out, err } = await shell(gateway, line, input);
        if (error) throw new Error(`${line}: ${err}`);
        return out;
      },
      fails: async (line) => {
        const { error, err } = await shell(gateway, line);
        expect(error, line).toBe(true);
        return err;
      },
      until: async (line, wanted) => {
        await expect.poll(() => page.sh(line).catch(String), soon).toMatch(wanted);
      },
      pass: async (seconds) => void (await gateway.orrery("POST", `/orrery/v1/advance?seconds=${seconds}`)),
      fault: async (type, target) => {
        await gateway.orrery("POST", "/orrery/v1/faults", { id: type, type, target });
        return async () => void (await gateway.orrery("DELETE", `/orrery/v1/faults/${type}`));
      },
    };
    steps(page);
  });
}

/** A cluster whose description is not that of the flags. */
export function described(spec: string): readonly string[] {
  const file = join(mkdtempSync(join(tmpdir(), "orrery-")), "cluster.yaml");
  writeFileSync(file, spec);
  return ["--cluster", file];
}

/** The page's addresses of its manifests are those of the files beside this checkout. */
function shell(gateway: GatewayUnderTest, line: string, input = ""): Promise<{ readonly error: boolean; readonly out: string; readonly err: string }> {
  const env = { ...process.env, KUBECONFIG: gateway.kubeconfig, PATH: `${dirname(kubectlPath as string)}${delimiter}${process.env["PATH"] ?? ""}` };
  return new Promise((resolve) => {
    const child = execFile("bash", ["-c", line.replaceAll("https://k8s.io/examples/", "")], { cwd: examplesFolder, env, timeout: 90_000 }, (error, out, err) => resolve({ error: error !== null, out, err }));
    child.stdin?.end(input);
  });
}
