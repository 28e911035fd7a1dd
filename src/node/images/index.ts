import { agnhostImage, livenessImage, serveHostnameImage } from "./agnhost/image.ts";
import { alpineImage, bashImage, busyboxCurlImage, busyboxImage, curlImage, debianImage, dnsutilsImage, ubuntuImage } from "./busybox/image.ts";
import { artifactImage } from "./artifact/image.ts";
import { cassandraImage } from "./cassandra/image.ts";
import { statedImages } from "./catalogue/images.ts";
import { echoServerImage, k8sEchoserverImage } from "./echo-server/image.ts";
import { fluentdImages } from "./fluentd/image.ts";
import { guestbookImage } from "./guestbook/image.ts";
import { helloAppImage, nodeHelloImage } from "./hello-app/image.ts";
import { httpEchoImage } from "./http-echo/image.ts";
import { httpdImage } from "./httpd/image.ts";
import { memcachedImage } from "./memcached/image.ts";
import { mongoImage } from "./mongo/image.ts";
import { mariadbImage, mysqlImage } from "./mysql/image.ts";
import { metricsServerImage } from "./metrics-server/image.ts";
import { nginxHttpsImage, nginxImage } from "./nginx/image.ts";
import { nodeExporterImage } from "./node-exporter/image.ts";
import { perlImage } from "./perl/image.ts";
import { postgresImage } from "./postgres/image.ts";
import type { ImageDefinition } from "./program.ts";
import { pythonImage, workQueueImage } from "./python/image.ts";
import { jobQueueImage, rabbitmqImage } from "./rabbitmq/image.ts";
import { redisFollowerImage, redisImage } from "./redis/image.ts";
import { stressImage, vishStressImage } from "./stress/image.ts";
import { helloFrontendImage } from "./tutorial-servers/frontend.ts";
import { bootcampImage, goproxyImage, helloGoImage, helloKubernetesImage, nginxHelloImage, phpApacheImage, whoamiImage } from "./tutorial-servers/image.ts";
import { wordpressImage } from "./wordpress/image.ts";
import { xtrabackupImage } from "./xtrabackup/image.ts";
import { zookeeperImage } from "./zookeeper/image.ts";

/** Every image that is simulated as itself, but for what the cluster runs itself (system.ts). To add one: a folder beside this file and a line here. */
export const images: readonly ImageDefinition[] = [
  artifactImage,
  nginxImage, nginxHttpsImage, httpdImage, echoServerImage, k8sEchoserverImage, httpEchoImage, helloAppImage, nodeHelloImage, metricsServerImage,
  redisImage, redisFollowerImage, guestbookImage,
  busyboxImage, alpineImage, debianImage, ubuntuImage, bashImage, busyboxCurlImage, curlImage, dnsutilsImage,
  agnhostImage, livenessImage, serveHostnameImage,
  phpApacheImage, bootcampImage, helloGoImage, helloFrontendImage, goproxyImage, whoamiImage, nginxHelloImage, helloKubernetesImage,
  mysqlImage, mariadbImage, postgresImage, xtrabackupImage, mongoImage, wordpressImage, memcachedImage, cassandraImage, zookeeperImage,
  rabbitmqImage, jobQueueImage, pythonImage, workQueueImage, perlImage,
  stressImage, vishStressImage, nodeExporterImage, ...fluentdImages,
  ...statedImages,
];
