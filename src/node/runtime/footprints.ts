import { parseImageReference, repositoryOf } from "../images/imageReference.ts";

const mebibyte = 1024 * 1024;

/** What a program takes of a machine before anybody asks anything of it. */
export interface Footprint {
  readonly memoryBytes: number;
  /** CPU microseconds that its start costs. */
  readonly startUs: number;
  /** Thousandths of a core that it uses while nobody asks anything of it. */
  readonly idleMilli: number;
}

/** Memory in Mi, start in CPU milliseconds, thousandths of a core at rest: orders of magnitude as seen of the real programs. */
const table: Readonly<Record<string, readonly [memory: number, start: number, idle: number]>> = {
  pause: [0.3, 2, 0], busybox: [0.5, 3, 0], alpine: [0.5, 3, 0], bash: [1, 3, 0], debian: [1, 3, 0], ubuntu: [1, 3, 0], curl: [1, 3, 0],
  nginx: [6, 30, 0], httpd: [8, 60, 0], "hpa-example": [11, 150, 0], haproxy: [12, 60, 0], traefik: [40, 300, 2], caddy: [14, 100, 0],
  redis: [4, 20, 2], "redis-follower": [4, 20, 2], memcached: [2, 10, 0], rabbitmq: [140, 4000, 8], mysql: [110, 3000, 6], mariadb: [90, 2000, 4], postgres: [28, 800, 1], mongo: [120, 1500, 8],
  wordpress: [40, 400, 1], cassandra: [700, 12_000, 30], zookeeper: [90, 2500, 4], elasticsearch: [900, 15_000, 20], kibana: [400, 9000, 10], logstash: [600, 15_000, 10],
  prometheus: [60, 800, 4], grafana: [70, 1200, 3], tomcat: [110, 3000, 2], node: [30, 300, 0], python: [10, 80, 0], php: [12, 80, 0], golang: [2, 10, 0], ruby: [20, 150, 0], perl: [4, 20, 0],
  coredns: [13, 200, 1], controller: [90, 900, 2], "metrics-server": [18, 300, 0],
};

const usual = { memoryBytes: 8 * mebibyte, startUs: 50_000, idleMilli: 0 } satisfies Footprint;

/** By the last part of the image's name; a middling program where nothing is known of it. */
export function footprintOf(image: string): Footprint {
  const reference = parseImageReference(image);
  const name = reference === null ? "" : (repositoryOf(reference).split("/").pop() ?? "");
  const known = Object.hasOwn(table, name) ? table[name] : undefined;
  return known === undefined ? usual : { memoryBytes: Math.round(known[0] * mebibyte), startUs: known[1] * 1000, idleMilli: known[2] };
}
