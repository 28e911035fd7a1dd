import { stringify } from "yaml";

interface App {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly selector?: Readonly<Record<string, string>>;
  readonly replicas: number;
  readonly image: string;
  readonly port: number;
  readonly env?: Readonly<Record<string, string>>;
}

function deployment(app: App): unknown {
  const { name, labels, replicas, image, port, env = {} } = app;
  return {
    apiVersion: "apps/v1", kind: "Deployment", metadata: { name, labels },
    spec: {
      replicas, selector: { matchLabels: app.selector ?? labels },
      template: {
        metadata: { labels },
        spec: { containers: [{ name: name.split("-").at(-1), image, ports: [{ containerPort: port }], env: Object.entries(env).map(([key, value]) => ({ name: key, value })), resources: { requests: { cpu: "100m", memory: "100Mi" } } }] },
      },
    },
  };
}

function service(name: string, labels: Readonly<Record<string, string>>, port: number): unknown {
  return { apiVersion: "v1", kind: "Service", metadata: { name, labels }, spec: { ports: [{ port }], selector: labels } };
}

const yaml = (objects: readonly unknown[]): string => objects.map((object) => stringify(object)).join("---\n");

/** The Deployment of the official rollout tutorial. */
export const nginxDeployment = stringify({
  apiVersion: "apps/v1", kind: "Deployment", metadata: { name: "nginx-deployment", labels: { app: "nginx" } },
  spec: {
    replicas: 3, selector: { matchLabels: { app: "nginx" } },
    template: { metadata: { labels: { app: "nginx" } }, spec: { containers: [{ name: "nginx", image: "nginx:1.14.2", ports: [{ containerPort: 80 }] }] } },
  },
});

const front = { app: "guestbook", tier: "frontend" };
const leader = { app: "redis", role: "leader", tier: "backend" };
const follower = { app: "redis", role: "follower", tier: "backend" };

/** The applications of the official guestbook tutorial. */
export const guestbook = yaml([
  deployment({ name: "redis-leader", labels: leader, selector: { app: "redis" }, replicas: 1, image: "docker.io/redis:6.0.5", port: 6379 }),
  service("redis-leader", leader, 6379),
  deployment({ name: "redis-follower", labels: follower, selector: { app: "redis" }, replicas: 2, image: "gcr.io/google_samples/gb-redis-follower:v2", port: 6379 }),
  service("redis-follower", follower, 6379),
  deployment({ name: "frontend", labels: front, replicas: 3, image: "gcr.io/google_samples/gb-frontend:v5", port: 80, env: { GET_HOSTS_FROM: "dns" } }),
  service("frontend", front, 80),
]);
