// The peer's rollout: the same pod spec, its boot left out. Prints one line of JSON.
import { BaseImage, Cluster } from "@ngrok/webernetes";

const [nodes, replicas] = process.argv.slice(2).map(Number);

class Nginx extends BaseImage {
  static imageName = "nginx";
  static imageVersion = "1.14.2";
  defaultCommand = ["nginx"];
  async exec(ctx, argv) {
    if (argv[0] !== "nginx") return super.exec(ctx, argv);
    ctx.listenHttp(80, async () => ({ statusCode: 200, body: "welcome\n" }));
    return ctx.waitUntilKilled();
  }
}

const cluster = new Cluster({ nodes });
cluster.registerImage(Nginx);
await cluster.init();
const cpu = process.cpuUsage();
const wall = performance.now();
await cluster.apply([{
  apiVersion: "apps/v1", kind: "Deployment", metadata: { name: "web", namespace: "default", labels: { app: "web" } },
  spec: {
    replicas, selector: { matchLabels: { app: "web" } },
    template: { metadata: { labels: { app: "web" } }, spec: { containers: [{ name: "nginx", image: "nginx:1.14.2", ports: [{ containerPort: 80 }] }] } },
  },
}]);
const deadline = Date.now() + 240_000;
let ready = 0;
while (Date.now() < deadline) {
  await new Promise((resolve) => setTimeout(resolve, 50));
  const deployment = await cluster.api.appsv1.readNamespacedDeployment({ name: "web", namespace: "default" });
  ready = deployment.status?.readyReplicas ?? 0;
  if (ready >= replicas) break;
}
const used = process.cpuUsage(cpu);
console.log(JSON.stringify({ ready, cpuSeconds: (used.user + used.system) / 1e6, wallSeconds: (performance.now() - wall) / 1000 }));
process.exit(0);
