import { expect, it } from "vitest";
import type { JsonObject } from "../../../base/json.ts";
import { condition, NodeCluster } from "../../testing/nodeCluster.ts";

const box = (name: string, script: string, limit: string | null = null): JsonObject => ({ name, image: "busybox:1.36", command: ["sh", "-c", `${script}; sleep 3600`], volumeMounts: [{ name: "data", mountPath: "/data" }], ...(limit === null ? {} : { resources: { limits: { "ephemeral-storage": limit } } }) });
const megabytes = (count: number, path: string): string => `dd if=/dev/zero of=${path} bs=1M count=${count}`;

it("ends pods that keep more on the disk than they may: an emptyDir's, their own and a container's limit", () => {
  const cluster = new NodeCluster().boot();
  const pod = (name: string, emptyDir: JsonObject, ...containers: readonly JsonObject[]): void => void cluster.pod(name, { restartPolicy: "Never", terminationGracePeriodSeconds: 30, volumes: [{ name: "data", emptyDir }], containers });
  pod("volume", { sizeLimit: "10Mi" }, box("c", `sleep 20; ${megabytes(11, "/data/big")}`));
  pod("whole", {}, box("c", `${megabytes(15, "/tmp/a")}; ${megabytes(6, "/data/b")}`, "20Mi"));
  pod("one", {}, box("small", megabytes(6, "/x"), "5Mi"), box("large", "true", "50Mi"));
  pod("memory", { sizeLimit: "10Mi", medium: "Memory" }, box("c", `${megabytes(11, "/data/big")}; ${megabytes(9, "/data/fits")}; ls -l /data; du -sh /data`));
  pod("modest", { sizeLimit: "10Mi" }, box("c", `fallocate -l 9M /data/a; truncate -s 2M /data/a; ${megabytes(8, "/data/b")}; wc -c /data/a`, "20Mi"));
  cluster.until("evicted", () => ["volume", "whole", "one"].every((name) => cluster.status(name)["phase"] === "Failed"), 120);
  expect(cluster.world.now / 1_000_000 % 60).toBeGreaterThan(10);
  const message = (name: string): unknown => cluster.status(name)["message"];
  expect(cluster.status("volume")["reason"]).toBe("Evicted");
  expect(message("volume")).toBe('Usage of EmptyDir volume "data" exceeds the limit "10Mi". ');
  expect(message("whole")).toBe("Pod ephemeral local storage usage exceeds the total limit of containers 20Mi. ");
  expect(message("one")).toBe('Container small exceeded its local ephemeral storage limit "5Mi". ');
  expect(condition(cluster.getPod("one") ?? {}, "DisruptionTarget")).toMatchObject({ reason: "TerminationByKubelet", message: message("one") });
  expect(cluster.events("volume").slice(-2)).toEqual(['Warning Evicted: Usage of EmptyDir volume "data" exceeds the limit "10Mi". ', "Normal Killing: Stopping container c"]);
  cluster.world.runFor(120_000_000);
  expect([cluster.status("memory")["phase"], cluster.status("modest")["phase"]]).toEqual(["Running", "Running"]);
  expect(cluster.logs("memory")[0]).toBe("dd: error writing '/data/big': No space left on device");
  expect(cluster.logs("memory").slice(-2)).toEqual([expect.stringMatching(/ 9437184 .* fits$/), "9.0M\t/data"]);
});
