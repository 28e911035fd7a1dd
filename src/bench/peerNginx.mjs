import { BaseImage } from "@ngrok/webernetes";

/** What the peer's pods run. */
export class Nginx extends BaseImage {
  static imageName = "nginx";
  static imageVersion = "1.14.2";
  defaultCommand = ["nginx"];
  async exec(ctx, argv) {
    if (argv[0] !== "nginx") return super.exec(ctx, argv);
    ctx.listenHttp(80, async () => ({ status: 200, body: "welcome\n" }));
    return ctx.waitUntilKilled();
  }
}

/** So many of them, as the Deployment web. */
export function web(replicas) {
  return {
    apiVersion: "apps/v1", kind: "Deployment", metadata: { name: "web", namespace: "default", labels: { app: "web" } },
    spec: {
      replicas, selector: { matchLabels: { app: "web" } },
      template: { metadata: { labels: { app: "web" } }, spec: { containers: [{ name: "nginx", image: "nginx:1.14.2", ports: [{ containerPort: 80 }] }] } },
    },
  };
}

/** Waits until so many are Ready, or for four minutes. Settles with how many are. */
export async function ready(cluster, replicas) {
  const deadline = Date.now() + 240_000;
  let found = 0;
  while (found < replicas && Date.now() < deadline) {
    await new Promise((resolve) => setTimeout(resolve, 50));
    found = (await cluster.api.appsv1.readNamespacedDeployment({ name: "web", namespace: "default" })).status?.readyReplicas ?? 0;
  }
  return found;
}
