// The peer's rollout: the same pod spec, its boot left out. Prints one line of JSON.
import { Cluster } from "@ngrok/webernetes";
import { Nginx, ready, web } from "./peerNginx.mjs";

const [nodes, replicas] = process.argv.slice(2).map(Number);
const cluster = new Cluster({ nodes });
cluster.registerImage(Nginx);
await cluster.init();
const cpu = process.cpuUsage();
const wall = performance.now();
await cluster.apply([web(replicas)]);
const found = await ready(cluster, replicas);
const used = process.cpuUsage(cpu);
console.log(JSON.stringify({ ready: found, cpuSeconds: (used.user + used.system) / 1e6, wallSeconds: (performance.now() - wall) / 1000 }));
process.exit(0);
