import type { ImageDefinition } from "../program.ts";
import { controllerFlags } from "./flags.ts";
import { IngressNginxProgram } from "./program.ts";

export const ingressNginxImage: ImageDefinition = {
  names: ["registry.k8s.io/ingress-nginx/controller"],
  tagExists: (tag) => /^v1\.(9|1[0-4])\.[0-9]$/.test(tag),
  sizeBytes: 123_800_000,
  entrypoint: ["/usr/bin/dumb-init", "--"],
  command: ["/nginx-ingress-controller"],
  env: { PATH: "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin:/usr/local/luajit/bin:/usr/local/nginx/sbin:/usr/local/nginx/bin" },
  exposedPorts: [80, 443],
  files: {},
  program: (command) => {
    if (!command.includes("/nginx-ingress-controller")) return null;
    return new IngressNginxProgram(controllerFlags(command));
  },
};
