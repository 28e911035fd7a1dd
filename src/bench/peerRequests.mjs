// The peer's requests: a pod asks a Service of as many pods by its DNS name. Prints one line of JSON.
import { BaseImage, Cluster } from "@ngrok/webernetes";
import { Nginx, ready, web } from "./peerNginx.mjs";

const [nodes, replicas, requests, clients] = process.argv.slice(2).map(Number);

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
  web(replicas),
  { apiVersion: "v1", kind: "Service", metadata: { name: "web", namespace: "default" }, spec: { selector: { app: "web" }, ports: [{ port: 80, targetPort: 80 }] } },
]);
await ready(cluster, replicas);
await cluster.apply([{ apiVersion: "v1", kind: "Pod", metadata: { name: "client", namespace: "default" }, spec: { containers: [{ name: "client", image: "client:1" }] } }]);
console.log(JSON.stringify(await measured));
process.exit(0);
