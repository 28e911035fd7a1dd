import { expect, it } from "vitest";
import { walkthrough } from "./walkthrough.ts";

/** The pages' manifests of the broker are not among those beside this checkout: of their shape. */
const labels = { "app.kubernetes.io/name": "task-queue", "app.kubernetes.io/component": "rabbitmq" };
const ports = [{ port: 5672 }];
const containers = [{ name: "rabbitmq", image: "rabbitmq", ports: [{ containerPort: 5672 }], resources: { requests: { memory: "16M" }, limits: { cpu: "250m", memory: "512M" } }, volumeMounts: [{ mountPath: "/var/lib/rabbitmq", name: "rabbitmq-data" }] }];
const service = JSON.stringify({ apiVersion: "v1", kind: "Service", metadata: { name: "rabbitmq-service", labels: { component: "rabbitmq" } }, spec: { ports, selector: labels } });
const statefulSet = JSON.stringify({ apiVersion: "apps/v1", kind: "StatefulSet", metadata: { name: "rabbitmq", labels: { component: "rabbitmq" } }, spec: { replicas: 1, serviceName: "rabbitmq-service", selector: { matchLabels: labels }, template: { metadata: { labels }, spec: { containers, volumes: [{ name: "rabbitmq-data", emptyDir: {} }] } } } });

walkthrough(import.meta.filename, "Coarse and Fine Parallel Processing Using a Work Queue", [], ({ sh, until }) => {
  it("a queue of RabbitMQ, looked at from a pod beside it", async () => {
    expect(await sh("kubectl create -f -", service)).toBe("service/rabbitmq-service created\n");
    expect(await sh("kubectl create -f -", statefulSet)).toBe("statefulset.apps/rabbitmq created\n");
    await sh("kubectl rollout status sts/rabbitmq --timeout=80s");
    await until("kubectl logs rabbitmq-0", "Server startup complete");
    const session = [
      "apt-get update && apt-get install -y curl ca-certificates amqp-tools python3 dnsutils",
      "nslookup rabbitmq-service",
      "env | grep RABBITMQ_SERVICE | grep HOST",
      "BROKER_URL=amqp://guest:guest@rabbitmq-service:5672",
      "/usr/bin/amqp-declare-queue --url=$BROKER_URL -q foo -d",
      "/usr/bin/amqp-publish --url=$BROKER_URL -r foo -p -b Hello",
      "/usr/bin/amqp-consume --url=$BROKER_URL -q foo -c 1 cat && echo 1>&2",
      "/usr/bin/amqp-declare-queue --url=$BROKER_URL -q job1  -d",
      "for f in apple banana cherry date fig grape lemon melon",
      "do",
      "  /usr/bin/amqp-publish --url=$BROKER_URL -r job1 -p -b $f",
      "done",
    ];
    const said = await sh("kubectl run -i temp --image ubuntu:22.04 --restart=Never", session.map((line) => `${line}\n`).join(""));
    expect(said).toMatch(/Name:\s+rabbitmq-service\.default\.svc\.cluster\.local\nAddress: (10\.96\.\d+\.\d+)\n\nRABBITMQ_SERVICE_SERVICE_HOST=\1\nfoo\nHello\n?job1\n/);
    expect(await sh("kubectl exec rabbitmq-0 -- rabbitmqctl list_queues")).toMatch(/^job1\t8$/m);
  });

  it("eight pods, two at a time, take one message each", async () => {
    await sh("sed 's/<project>/example/' application/job/rabbitmq/job.yaml | kubectl apply -f -");
    expect(await sh("kubectl wait --for=condition=complete --timeout=80s job/job-wq-1")).toBe("job.batch/job-wq-1 condition met\n");
    expect(await sh("kubectl describe jobs/job-wq-1")).toMatch(/Parallelism:\s+2\nCompletions:\s+8\n[^]*Pods Statuses:\s+0 Active \(0 Ready\) \/ 8 Succeeded \/ 0 Failed\n[^]*BROKER_URL:\s+amqp:\/\/guest:guest@rabbitmq-service:5672\n\s+QUEUE:\s+job1\n/);
    expect((await sh("kubectl logs -l job-name=job-wq-1 --tail=-1")).trim().split("\n").sort()).toEqual(["apple", "banana", "cherry", "date", "fig", "grape", "lemon", "melon"].map((word) => `Processing ${word}`));
  });

  it("a list in Redis, which two workers empty", async () => {
    await sh("kubectl apply -f https://k8s.io/examples/application/job/redis/redis-pod.yaml");
    await sh("kubectl apply -f https://k8s.io/examples/application/job/redis/redis-service.yaml");
    await sh("kubectl wait pod redis-master --for=condition=Ready");
    const commands = ["apple", "banana", "cherry", "date", "fig", "grape", "lemon", "melon", "orange"].map((word) => `rpush job2 "${word}"\n`).join("");
    const session = await sh("kubectl run -i temp-redis --image redis --restart=Never --command -- /bin/sh", `redis-cli -h redis\n${commands}lrange job2 0 -1\n`);
    expect(session.trim().split("\n")).toEqual(["1", "2", "3", "4", "5", "6", "7", "8", "9", "apple", "banana", "cherry", "date", "fig", "grape", "lemon", "melon", "orange"]);
    await sh("kubectl apply -f https://k8s.io/examples/application/job/redis/job.yaml");
    await sh("kubectl wait --for=condition=complete --timeout=80s job/job-wq-2");
    expect(await sh("kubectl describe jobs/job-wq-2")).toMatch(/Parallelism:\s+2\nCompletions:\s+<unset>\n[^]*Pods Statuses:\s+0 Active \(0 Ready\) \/ 2 Succeeded \/ 0 Failed\n/);
    const logs = await sh("kubectl logs -l job-name=job-wq-2 --tail=-1");
    expect(logs.match(/Worker with sessionID: [0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}\nInitial queue state: empty=False\nWorking on \w+\n/g)).toHaveLength(2);
    expect(logs.match(/Working on \w+/g)).toHaveLength(9);
    // Who finds the list empty asks again every two seconds while the other one is at work.
    expect(logs.match(/Waiting for work\n/g)?.length).toBeGreaterThan(2);
    expect(await sh("kubectl exec redis-master -- redis-cli llen job2:processing")).toBe("0\n");
  });
});
