import { shellProgram } from "../busybox/shellProgram.ts";
import type { ImageDefinition, Program } from "../program.ts";
import { debianFlavours, tagExists } from "../tags.ts";
import { nginxProgram } from "./program.ts";
import { errorPage, welcomePage } from "./pages.ts";

const rule = { names: ["latest", "stable", "mainline", "alpine", "stable-alpine", "mainline-alpine", "alpine-slim", "perl", "stable-perl"], minors: { "1": 29 }, flavours: debianFlavours };

/** `nginx -s quit` of a hook: the signal that follows the hook does the work. */
const signalSent: Program = {
  handle: (_event, ctx) => ctx.exit(0),
  snapshot: () => null,
  restore: () => undefined,
};

/** What `nginx` says that runs beside the server of its container: version and test; another server finds the port taken. */
function besideTheServer(args: readonly string[]): Program {
  return {
    handle: (event, ctx) => {
      if (event.type !== "start") return;
      if (args[args.indexOf("-s") + 1] === "reload" && args.includes("-s")) ctx.signalMain?.("SIGHUP");
      const version = /:(\d+(?:\.\d+)*)/.exec(ctx.image)?.[1] ?? "1.29.3";
      const [text, code] = args.includes("-v") || args.includes("-V") ? [`nginx version: nginx/${/^\d+\.\d+$/.test(version) ? `${version}.0` : version}`, 0]
        : args.includes("-t") ? ["nginx: the configuration file /etc/nginx/nginx.conf syntax is ok\nnginx: configuration file /etc/nginx/nginx.conf test is successful", 0]
        : args.includes("-s") ? [null, 0] : ["nginx: [emerg] bind() to 0.0.0.0:80 failed (98: Address already in use)", 1];
      if (text !== null) ctx.log(String(text), "stderr");
      ctx.exit(Number(code));
    },
    snapshot: () => null,
    restore: () => undefined,
  };
}

export const nginxImage: ImageDefinition = {
  names: ["nginx", "registry.k8s.io/nginx-slim", "registry.k8s.io/nginx", "nginxinc/nginx-unprivileged"],
  tagExists: (tag) => tagExists(rule, tag) || /^0\.[0-9]{1,2}$/.test(tag),
  sizeBytes: 44_710_204,
  entrypoint: ["/docker-entrypoint.sh"],
  command: ["nginx", "-g", "daemon off;"],
  env: { PATH: "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin" },
  exposedPorts: [80],
  finishesRequests: true,
  files: {
    "/usr/share/nginx/html/index.html": welcomePage,
    "/usr/share/nginx/html/50x.html": errorPage,
    "/etc/nginx/nginx.conf": "user  nginx;\nworker_processes  auto;\n\nerror_log  /var/log/nginx/error.log notice;\npid        /var/run/nginx.pid;\n\nevents {\n    worker_connections  1024;\n}\n\nhttp {\n    include       /etc/nginx/mime.types;\n    default_type  application/octet-stream;\n    sendfile        on;\n    keepalive_timeout  65;\n    include /etc/nginx/conf.d/*.conf;\n}\n",
    "/etc/nginx/conf.d/default.conf": "server {\n    listen       80;\n    server_name  localhost;\n\n    location / {\n        root   /usr/share/nginx/html;\n        index  index.html index.htm;\n    }\n\n    error_page   500 502 503 504  /50x.html;\n    location = /50x.html {\n        root   /usr/share/nginx/html;\n    }\n}\n",
    "/usr/sbin/nginx": "",
    "/docker-entrypoint.sh": "",
  },
  program: (command) => {
    const rest = command[0] === "/docker-entrypoint.sh" ? command.slice(1) : command;
    if (rest[0] === "nginx" || rest[0] === "/usr/sbin/nginx") return nginxProgram();
    return shellProgram(rest, { nginx: (args) => (args.includes("-s") ? signalSent : nginxProgram()) });
  },
  exec: (command) => (command[0] === "nginx" || command[0] === "/usr/sbin/nginx" ? besideTheServer(command.slice(1)) : shellProgram(command, { nginx: besideTheServer })),
};

/** nginx for "Connecting Applications with Services": its readers bring the configuration and the certificate. */
export const nginxHttpsImage: ImageDefinition = { ...nginxImage, names: ["bprashanth/nginxhttps"], tagExists: (tag) => tag === "1.0", exposedPorts: [80, 443] };
