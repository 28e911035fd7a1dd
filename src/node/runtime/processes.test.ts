import { describe, expect, it } from "vitest";
import type { Json, JsonObject } from "../../base/json.ts";
import { NodeCluster } from "../testing/nodeCluster.ts";
import type { FromStreams } from "./streamMessages.ts";

/** What a command prints that a client runs in a container of the pod "box". */
class Box {
  readonly cluster = new NodeCluster().boot();
  #opened = 0;

  constructor(spec: JsonObject, runs = true) {
    this.cluster.pod("box", spec);
    if (runs) this.cluster.until("runs", () => this.cluster.status("box")["phase"] === "Running", 60);
  }

  sh(container: string, script: string): readonly string[] {
    const id = `s${++this.#opened}`;
    const from = this.cluster.world.replies.length;
    this.cluster.world.send("node-1/runtime", { type: "stream/open", id, open: { type: "exec", pod: "default/box", container, command: ["sh", "-c", script], stdin: false, tty: false } } as unknown as Json);
    this.cluster.world.runFor(50_000);
    const said = this.cluster.world.replies.slice(from).map(({ body }) => body as unknown as FromStreams);
    return said.map(({ output }) => (output.type === "stdout" || output.type === "stderr" ? output.text : "")).join("").trimEnd().split("\n");
  }

  containers(): readonly unknown[] {
    return ((this.cluster.status("box")["containerStatuses"] ?? []) as readonly JsonObject[]).map(({ name, restartCount, lastState }) => [name, restartCount, ((lastState as JsonObject)["terminated"] as JsonObject | undefined)?.["exitCode"] ?? null]);
  }
}

const nginx = { name: "nginx", image: "nginx:1.29" };
const shell = { name: "shell", image: "busybox:1.36", command: ["sleep", "3600"] };

describe("processes of a pod's containers", () => {
  it("shareProcessNamespace: all are seen, files and signals reach the other container", () => {
    const box = new Box({ shareProcessNamespace: true, containers: [nginx, shell] });
    expect(box.sh("shell", "ps ax")).toEqual(["PID   USER     TIME  COMMAND", "    1 65535     0:00 /pause", "    8 root      0:00 nginx: master process nginx -g daemon off;", "   14 101       0:00 nginx: worker process", "   15 root      0:00 sleep 3600", "   21 root      0:00 ps ax"]);
    expect(box.sh("shell", "head -1 /proc/8/root/etc/nginx/nginx.conf; ls /proc/8/root/usr/share/nginx/html; pidof nginx; kill 99")).toEqual(["user  nginx;", "50x.html", "index.html", "14 8", "sh: can't kill pid 99: No such process"]);
    // What only looks like a large file of zeros, and a path that leads through itself, are what they are.
    expect(box.sh("shell", "printf '\\000zeros:-5' > /tmp/x; wc -c /tmp/x; cat /proc/8/root/proc/8/root/etc/nginx/nginx.conf")).toEqual(["9 /tmp/x", "cat: can't open '/proc/8/root/proc/8/root/etc/nginx/nginx.conf': No such file or directory"]);
    box.sh("shell", "kill -HUP 8");
    expect(box.containers()).toEqual([["nginx", 0, null], ["shell", 0, null]]);
    // It is not the first process of its namespace: what it has no handler for ends it.
    box.sh("nginx", "kill 15; kill -9 8");
    box.cluster.until("both run again", () => (box.cluster.status("box")["containerStatuses"] as readonly JsonObject[]).every(({ restartCount, ready }) => restartCount === 1 && ready === true), 30);
    expect(box.containers()).toEqual([["nginx", 1, 137], ["shell", 1, 143]]);
    expect(box.sh("shell", "ps").slice(1, 4).map((line) => Number(line.slice(0, 5)))).toEqual([1, 22, 29]);
  });

  it("have their own numbers otherwise, and the first of them ignores what it has no handler for", () => {
    const box = new Box({ containers: [nginx, shell] });
    expect(box.sh("shell", "ps")).toEqual(["PID   USER     TIME  COMMAND", "    1 root      0:00 sleep 3600", "    7 root      0:00 ps"]);
    box.sh("shell", "kill 1; kill -9 1");
    box.cluster.world.runFor(5_000_000);
    expect(box.containers()).toEqual([["nginx", 0, null], ["shell", 0, null]]);
  });

  it("kubectl debug --target: the ephemeral container sees the one that it was to look at", () => {
    const box = new Box({ containers: [nginx, shell] });
    box.cluster.write("patch", "/api/v1/namespaces/default/pods/box/ephemeralcontainers", { spec: { ephemeralContainers: [{ name: "debugger", image: "busybox:1.36", command: ["sh"], stdin: true, tty: true, targetContainerName: "nginx" }] } }, "application/strategic-merge-patch+json");
    box.cluster.until("runs", () => JSON.stringify(box.cluster.status("box")["ephemeralContainerStatuses"] ?? []).includes("running"), 30);
    expect(box.sh("debugger", "ps").slice(1, 4)).toEqual(["    1 root      0:00 nginx: master process nginx -g daemon off;", "    7 101       0:00 nginx: worker process", "    8 root      0:00 sh"]);
    box.sh("debugger", "kill 1");
    box.cluster.until("ended", () => JSON.stringify(box.containers()[0]) === '["nginx",1,0]', 30);
  });

  it("run as the pod says, and files are theirs", () => {
    const box = new Box({
      securityContext: { runAsUser: 1000, runAsGroup: 3000, fsGroup: 2000, supplementalGroups: [4000] }, volumes: [{ name: "demo", emptyDir: {} }],
      containers: [{ ...shell, volumeMounts: [{ name: "demo", mountPath: "/data/demo" }] }, { ...shell, name: "other", securityContext: { runAsUser: 2000 } }],
    });
    expect(box.sh("shell", "id; whoami; ps | head -2 | tail -1; ls -l /data | tail -1; cd /data/demo; echo hello > testfile; ls -l | tail -1")).toEqual([
      "uid=1000 gid=3000 groups=2000,3000,4000", "whoami: unknown uid 1000", "    1 1000      0:00 sleep 3600", expect.stringMatching(/^drwxrwsrwx +2 root +2000 .* demo$/), expect.stringMatching(/^-rw-r--r-- +1 1000 +2000 .* testfile$/),
    ]);
    expect(box.sh("other", "id -u; id -G")).toEqual(["2000", "2000 3000 4000"]);
    expect(box.sh("other", "touch /etc/x; touch /tmp/x && echo ok; cat /etc/hostname")).toEqual(["touch: /etc/x: Permission denied", "ok", "box"]);
  });

  it("what an image gave to a user of its own is that user's, and nobody else's", () => {
    const zookeeper = { image: "registry.k8s.io/kubernetes-zookeeper:1.0-3.4.10", command: ["sh", "-c", "start-zookeeper --servers=1"] };
    const box = new Box({ containers: [{ ...zookeeper, name: "its", securityContext: { runAsUser: 1000 } }, { ...zookeeper, name: "not", securityContext: { runAsUser: 1001 } }] });
    const script = "/opt/zookeeper/bin/zookeeper-ready";
    expect(box.sh("its", `ls -ln /opt | tail -1; ls -ln /opt/zookeeper/bin | tail -1; touch /opt/x; touch /opt/zookeeper/x && rm ${script} && ls /opt/zookeeper/bin`)).toEqual([
      expect.stringMatching(/^drwxr-xr-x +\d 1000 +1000 .* zookeeper$/), expect.stringMatching(/^-rw\S+ +1 1000 +1000 .* zookeeper-ready$/), "touch: /opt/x: Permission denied", "start-zookeeper", "zkCli.sh", "zkServer.sh",
    ]);
    expect(box.sh("not", `rm ${script}; ls /opt/zookeeper/bin | tail -1`)).toEqual([`rm: can't remove '${script}': Permission denied`, "zookeeper-ready"]);
  });

  it("readOnlyRootFilesystem: only volumes are written to, and a server that needs its files does not start", () => {
    const nobody = new Box({ containers: [shell, { ...nginx, securityContext: { runAsUser: 1000 } }, { name: "free", image: "nginxinc/nginx-unprivileged:1.29", securityContext: { runAsUser: 1000 }, ports: [{ containerPort: 8080 }] }] }, false);
    nobody.cluster.until("ended", () => JSON.stringify(nobody.containers()[1]).startsWith('["nginx",1,1'), 30);
    expect(nobody.cluster.logs("box", "node-1", { container: "nginx" }).at(-1)).toBe('nginx: [emerg] mkdir() "/var/cache/nginx/client_temp" failed (13: Permission denied)');
    expect(nobody.containers()[2]).toEqual(["free", 0, null]);
    const readOnly = { securityContext: { readOnlyRootFilesystem: true } };
    const box = new Box({ volumes: [{ name: "tmp", emptyDir: {} }], containers: [{ ...nginx, ...readOnly }, { ...shell, ...readOnly, volumeMounts: [{ name: "tmp", mountPath: "/tmp" }] }] });
    expect(box.sh("shell", "touch /x; echo y > /tmp/y; cat /tmp/y")).toEqual(["touch: /x: Read-only file system", "y"]);
    box.cluster.until("ended", () => JSON.stringify(box.containers()[0]).startsWith('["nginx",1,1'), 30);
    expect(box.cluster.logs("box", "node-1", { container: "nginx" }).at(-1)).toBe('nginx: [emerg] mkdir() "/var/cache/nginx/client_temp" failed (30: Read-only file system)');
  });
});
