import { parseImageReference, repositoryOf } from "./imageReference.ts";

const root = [
  "nginx", "httpd", "redis", "busybox", "alpine", "debian", "ubuntu", "bash", "mysql", "mariadb", "postgres", "mongo", "wordpress", "python", "perl", "php", "node", "golang", "ruby", "tomcat", "rabbitmq",
  "registry.k8s.io/nginx-slim", "registry.k8s.io/e2e-test-images/agnhost", "registry.k8s.io/busybox",
];
const others: readonly (readonly [string, string])[] = [["nginxinc/nginx-unprivileged", "101"], ["memcached", "memcache"], ["haproxy", "haproxy"], ["prom/prometheus", "nobody"], ["grafana/grafana", "472"], ["quay.io/prometheus/node-exporter", "nobody"], ["curlimages/curl", "curl_user"]];

/** By repository: the USER of images as their publishers build them; "" is root. */
let users: ReadonlyMap<string, string> | null = null;

/** Who an image's first process is, where nobody else says so; null: not known. */
export function imageUser(text: string): string | null {
  users ??= new Map([...root.map((name) => [name, ""] as const), ...others].flatMap(([name, user]) => {
    const known = parseImageReference(name);
    return known === null ? [] : [[repositoryOf(known), user] as const];
  }));
  const reference = parseImageReference(text);
  return reference === null ? null : (users.get(repositoryOf(reference)) ?? null);
}
