import { describe, expect, it } from "vitest";
import { FakeProgram } from "../testing/fakeProgram.ts";
import { genericImage } from "./generic/image.ts";
import { resolveImage } from "./resolveImage.ts";

/** Images and command lines of the documentation's examples, with what comes of them: exit code and lines, or a server that runs. */
const examples: readonly (readonly [image: string, command: readonly string[] | null, outcome: { readonly exits?: number; readonly says?: string; readonly listens?: number; readonly runs?: true }])[] = [
  ["alpine:latest", ["sh", "-c", 'echo "logging" > /opt/logs.txt'], { exits: 0 }],
  ["alpine:latest", ["sh", "-c", "tail -F /opt/logs.txt"], { runs: true, says: "! tail: can't open '/opt/logs.txt': No such file or directory" }],
  ["alpine:latest", ["sh", "-c", 'while true; do echo "logging" >> /opt/logs.txt; sleep 1; done'], { runs: true }],
  ["busybox:1.28", ["/bin/sh", "-c", 'i=0; while true; do echo "$i: $(date)"; i=$((i+1)); sleep 1; done'], { runs: true, says: "3: Thu Jan  1 00:00:03 UTC 2026" }],
  ["busybox:1.28", ["/bin/sh", "-c", 'i=0; while true; do\n  echo "$i: $(date)" >> /var/log/1.log;\n  echo "$(date) INFO $i" >> /var/log/2.log;\n  i=$((i+1));\n  sleep 1;\ndone\n'], { runs: true }],
  ["busybox:1.28", ["/bin/sh", "-c", "date; echo Hello from the Kubernetes cluster"], { exits: 0, says: "Hello from the Kubernetes cluster" }],
  ["busybox:1.28", ["sh", "-c", "echo Processing item $ITEM && sleep 5"], { exits: 0, says: "Processing item apple" }],
  ["busybox:1.28", ["sh", "-c", "while true; do echo -en '\\n'; printf UNCHANGED_REFERENCE=$UNCHANGED_REFERENCE'\\n'; printf SERVICE_ADDRESS=$SERVICE_ADDRESS'\\n';printf ESCAPED_REFERENCE=$ESCAPED_REFERENCE'\\n'; sleep 30; done;"], { runs: true, says: "SERVICE_ADDRESS=" }],
  ["busybox:1.28", ["cat", "/etc/hosts"], { exits: 1 }],
  ["busybox:1.28", ["sleep", "86400"], { runs: true }],
  ["busybox:1.28", ["wget", "-O", "/work-dir/index.html", "http://info.cern.ch"], { exits: 1, says: "! wget: bad address 'info.cern.ch'" }],
  ["debian", ["/bin/sh", "-c", "sleep 10 && echo Sleep expired > /dev/termination-log"], { exits: 0 }],
  ["debian", ["printenv", "HOSTNAME", "KUBERNETES_PORT"], { exits: 1, says: "web-0" }],
  ["docker.io/library/bash", ["bash", "-c", "items=(foo bar baz qux xyz)\necho ${items[$JOB_COMPLETION_INDEX]}\n"], { exits: 0, says: "baz" }],
  ["docker.io/library/bash:5", ["bash", "-c", "echo \"Hello world! I'm going to exit with 42 to simulate a software bug.\" && sleep 30 && exit 42"], { exits: 42 }],
  ["docker.io/library/busybox", ["rev", "/etc/group"], { exits: 0, says: ":0:x:toor" }],
  ["registry.k8s.io/busybox", ["/bin/sh", "-c", "touch /tmp/healthy; sleep 30; rm -f /tmp/healthy; sleep 600"], { runs: true }],
  ["registry.k8s.io/busybox", ["/bin/echo", "very charm"], { exits: 0, says: "very charm" }],
  ["registry.k8s.io/busybox", ["/bin/sh", "-c", "env"], { exits: 0, says: "ITEM=apple" }],
  ["registry.k8s.io/busybox", ["sh", "-c", "while true; do if [[ -e /etc/podinfo/labels ]]; then echo -en '\\n\\n'; cat /etc/podinfo/labels; fi; sleep 5; done;"], { runs: true }],
  ["gcr.io/google-samples/cassandra:v13", null, { listens: 9042 }],
  ["gcr.io/google-samples/hello-app:2.0", null, { listens: 8080 }],
  ["gcr.io/google-samples/hello-go-gke:1.0", null, { listens: 80 }],
  ["gcr.io/google-samples/node-hello:1.0", null, { listens: 8080 }],
  ["gcr.io/google-samples/kubernetes-bootcamp:v1", null, { listens: 8080 }],
  ["gcr.io/google_samples/gb-frontend:v5", null, { listens: 80 }],
  ["gcr.io/google_samples/gb-redis-follower:v2", null, { listens: 6379 }],
  ["gcr.io/google-samples/hello-frontend:1.0", null, { exits: 1, says: '! nginx: [emerg] host not found in upstream "hello" in /etc/nginx/conf.d/frontend.conf:2' }],
  ["gcr.io/myproject/job-wq-2", null, { exits: 1 }],
  ["gcr.io/myproject/job-wq-1", null, { exits: 1 }],
  ["hashicorp/http-echo:0.2.3", ["/http-echo", "-text=just made some syscalls!"], { listens: 5678 }],
  ["mysql:5.7", ["bash", "-c", "set -ex\n# Generate mysql server-id from pod ordinal index.\n[[ $HOSTNAME =~ -([0-9]+)$ ]] || exit 1\nordinal=${BASH_REMATCH[1]}\nmkdir -p /mnt/conf.d\necho [mysqld] > /mnt/conf.d/server-id.cnf\n# Add an offset to avoid reserved server-id=0 value.\necho server-id=$((100 + $ordinal)) >> /mnt/conf.d/server-id.cnf\nif [[ $ordinal -eq 0 ]]; then\n  cat /mnt/conf.d/server-id.cnf\nelse\n  echo replica\nfi\n"], { exits: 0, says: "server-id=100" }],
  ["mysql:8.0", null, { listens: 3306 }],
  ["postgres:17", null, { listens: 5432 }],
  ["wordpress:6.2.1-apache", null, { listens: 80 }],
  ["mongo:4.2", ["docker-entrypoint.sh", "--bind_ip", "0.0.0.0"], { listens: 27017 }],
  ["memcached:1.6", null, { listens: 11211 }],
  ["rabbitmq:4", null, { listens: 5672 }],
  ["nginx:1.14.2", null, { listens: 80 }],
  ["bprashanth/nginxhttps:1.0", null, { listens: 80 }],
  ["perl:5.34.0", ["perl", "-Mbignum=bpi", "-wle", "print bpi(2000)"], { exits: 0, says: "3.14159265358979323846264338327950288419716939937510582097494" }],
  ["polinux/stress", ["stress", "--vm", "1", "--vm-bytes", "150M", "--vm-hang", "1"], { runs: true, says: "stress: info: [1] dispatching hogs: 0 cpu, 0 io, 1 vm, 0 hdd" }],
  ["vish/stress", ["/stress", "-cpus", "2"], { runs: true }],
  ["python", ["python", "-m", "http.server"], { listens: 8000 }],
  ["quay.io/fluentd_elasticsearch/fluentd:v2.5.2", null, { runs: true }],
  ["registry.k8s.io/fluentd-gcp:2.0.2", ["/bin/sh", "-c", "/run.sh $FLUENTD_ARGS 2>&1 >>/var/log/fluentd.log"], { runs: true }],
  ["radial/busyboxplus:curl", ["sh", "-c", "while true; do sleep 1; done"], { runs: true }],
  ["curlimages/curl:8.11.1", ["/entrypoint.sh", "--version-of-nothing"], { exits: 2 }],
  ["redis:5.0.4", ["redis-server", "/redis-master/redis.conf"], { exits: 1 }],
  ["redis", null, { listens: 6379 }],
  ["registry.k8s.io/e2e-test-images/agnhost:2.53", ["/agnhost", "netexec", "--http-port=8080"], { listens: 8080 }],
  ["registry.k8s.io/e2e-test-images/agnhost:2.53", ["/agnhost", "serve-hostname"], { listens: 9376 }],
  ["registry.k8s.io/e2e-test-images/jessie-dnsutils:1.3", null, { runs: true }],
  ["registry.k8s.io/goproxy:0.1", null, { listens: 8080 }],
  ["registry.k8s.io/hpa-example", null, { listens: 80 }],
  ["registry.k8s.io/kubernetes-zookeeper:1.0-3.4.10", ["sh", "-c", "start-zookeeper --servers=3 --data_dir=/var/lib/zookeeper/data --conf_dir=/opt/zookeeper/conf --client_port=2181"], { listens: 2181 }],
  ["registry.k8s.io/liveness", ["/server"], { listens: 8080 }],
  ["registry.k8s.io/pause:3.6", null, { runs: true }],
  ["registry.k8s.io/serve_hostname", null, { listens: 9376 }],
  ["prom/node-exporter", null, { listens: 9100 }],
  ["gcr.io/google-samples/xtrabackup:1.0", ["bash", "-c", 'set -ex\nexec ncat --listen --keep-open --send-only --max-conns=1 3307 -c \\\n  "xtrabackup --backup --slave-info --stream=xbstream --host=127.0.0.1 --user=root"\n'], { listens: 3307 }],
];

/** Named as not simulated: they run as the generic server. */
const generic = ["registry.k8s.io/etcd:3.5.1-0", "registry.k8s.io/node-problem-detector:v0.1", "registry.k8s.io/event-exporter:v0.2.3", "registry.k8s.io/kas-network-proxy/proxy-server:v0.0.37", "registry.k8s.io/cpa/cluster-proportional-autoscaler:1.8.4", "mcr.microsoft.com/windows/servercore:ltsc2019"];

function fake(image: string, command: readonly string[] | null): FakeProgram {
  const resolved = resolveImage(image);
  if (!("definition" in resolved)) throw new Error(resolved.failure);
  const { definition } = resolved;
  const line = command ?? [...definition.entrypoint, ...definition.command];
  const program = new FakeProgram(() => definition.program(line), line);
  program.image = image;
  program.env = { ...definition.env, HOSTNAME: "web-0", ITEM: "apple", JOB_COMPLETION_INDEX: "2", HOME: "/root", MYSQL_ROOT_PASSWORD: "x", POSTGRES_PASSWORD: "x" };
  for (const [path, content] of Object.entries(definition.files)) program.put(path, content);
  return program;
}

describe("images of the documentation's examples", () => {
  for (const [image, command, outcome] of examples) {
    it(`${image} ${command === null ? "" : command.join(" ").slice(0, 60).replaceAll("\n", " ")}`, () => {
      const resolved = resolveImage(image);
      expect("definition" in resolved && resolved.known).toBe(true);
      const once = fake(image, command).run(90);
      if (outcome.exits !== undefined) expect(once.exitCode).toBe(outcome.exits);
      else expect(once.exitCode).toBeNull();
      if (outcome.says !== undefined) expect(once.out.some((line) => line.startsWith(outcome.says ?? ""))).toBe(true);
      if (outcome.listens !== undefined) expect(once.out).toContain(`(listens on ${outcome.listens})`);
      // Kept as data and restored before each event, it does the same.
      const again = fake(image, command).run(90, true);
      expect([again.exitCode, again.out]).toEqual([once.exitCode, once.out]);
    });
  }

  for (const image of generic) {
    it(`${image} is a generic server, which says so`, () => {
      const resolved = resolveImage(image);
      expect("definition" in resolved && resolved.definition.program === genericImage.program).toBe(true);
    });
  }
});
