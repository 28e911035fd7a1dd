import { alpineImage, bashImage, busyboxCurlImage, busyboxImage, debianImage, dnsutilsImage, ubuntuImage } from "./busybox/image.ts";
import { statedImages } from "./catalogue/images.ts";
import { echoServerImage, k8sEchoserverImage } from "./echo-server/image.ts";
import { helloAppImage, nodeHelloImage } from "./hello-app/image.ts";
import { guestbookImage } from "./guestbook/image.ts";
import { httpEchoImage } from "./http-echo/image.ts";
import { httpdImage } from "./httpd/image.ts";
import { metricsServerImage } from "./metrics-server/image.ts";
import { nginxImage } from "./nginx/image.ts";
import { redisFollowerImage, redisImage } from "./redis/image.ts";
import type { ImageDefinition } from "./program.ts";

/** Every image that is simulated as itself, but for what the cluster runs itself (system.ts). To add one: a folder beside this file and a line here. */
export const images: readonly ImageDefinition[] = [
  nginxImage, httpdImage, echoServerImage, k8sEchoserverImage, httpEchoImage, helloAppImage, nodeHelloImage, metricsServerImage,
  redisImage, redisFollowerImage, guestbookImage,
  busyboxImage, alpineImage, debianImage, ubuntuImage, bashImage, busyboxCurlImage, dnsutilsImage,
  ...statedImages,
];
