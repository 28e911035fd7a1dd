// The peer's requests: a pod asks a Service of as many pods by its DNS name. Prints one line of JSON.
import { BaseImage, Cluster } from "@ngrok/webernetes";

const [nodes, replicas, requests, clients] = process.argv.slice(2).map(Number);

class Nginx extends BaseImage {
  static imageName = "nginx";
  static imageVersion = "1.14.2";
  defaultCommand = ["nginx"];
  async exec(ctx, argv) {
    if (argv[0] !== "nginx") return super.exec(ctx, argv);
    ctx.listenHttp(80, async () => ({ status: 200, body: "welcome\n" }));
    return ctx.waitUntilKilled();
  }
}

let finish;
const measured = new Promise((resolve) => (finish = resolve));

class Client extends BaseImage {
  static imageName = "client";
  static imageVersion = "1";
  defaultCommand = ["client"];
  async exec(ctx, argv) {
    if (argv[0] !== "client") return super.exec(ctx, argv);
    let answered = 0;
    const ask = async (count) => {
      for (let at = 0; at < count; at++) if ((await ctx.fetch("http://web/")).status === 200) answered++;
    };
    const all = (count) => Promise.all(Array.from({ length: clients }, () => ask(count / clients)));
    // Not the compiler's first looks at it.
    await all(requests / 5);
    answered = 0;
    const cpu = process.cpuUsage();
    await all(requests);
    const used = process.cpuUsage(cpu);
    finish({ answered, cpuSeconds: (used.user + used.system) / 1e6 });
    return ctx.waitUntilKilled();
  }
}

const cluster = new Cluster({ nodes });
cluster.registerImage(Nginx);
cluster.registerImage(Client);
await cluster.init();
await cluster.apply([
  {
    apiVersion: "apps/v1", kind: "Deployment", metadata: { name: "web", namespace: "default", labels: { app: "web" } },
    spec: {
      replicas, selector: { matchLabels: { app: "web" } },
      template: { metadata: { labels: { app: "web" } }, spec: { containers: [{ name: "nginx", image: "nginx:1.14.2", ports: [{ containerPort: 80 }] }] } },
    },
  },
  { apiVersion: "v1", kind: "Service", metadata: { name: "web", namespace: "default" }, spec: { selector: { app: "web" }, ports: [{ port: 80, targetPort: 80 }] } },
]);
const deadline = Date.now() + 240_000;
for (let ready = 0; ready < replicas && Date.now() < deadline;) {
  await new Promise((resolve) => setTimeout(resolve, 50));
  ready = (await cluster.api.appsv1.readNamespacedDeployment({ name: "web", namespace: "default" })).status?.readyReplicas ?? 0;
}
await cluster.apply([{ apiVersion: "v1", kind: "Pod", metadata: { name: "client", namespace: "default" }, spec: { containers: [{ name: "client", image: "client:1" }] } }]);
console.log(JSON.stringify(await measured));
process.exit(0);
