// Follows kubernetes/ingress-nginx rootfs/etc/nginx/template/nginx.tmpl, as far as something here acts on it.
import { upstreamName } from "./model.ts";
import type { IngressConfig, Location, Server } from "./model.ts";

/** The server blocks of the generated nginx.conf, with what the configuration says of every location. */
export function nginxConf(config: IngressConfig): string {
  const lines = ["http {", "\tupstream upstream_balancer {", "\t\tserver 0.0.0.1; # placeholder", "\t\tbalancer_by_lua_file /etc/nginx/lua/nginx/ngx_conf_balancer.lua;", "\t\tkeepalive 320;", "\t}", ""];
  for (const zone of zones(config)) lines.push(`\t${zone}`);
  for (const [upstream, canary] of Object.entries(config.canaries)) lines.push(`\t# ${upstream}: alternative backend ${canary.upstream} of ${canary.ingress}, ${canaryText(canary)}`);
  for (const [upstream, affinity] of Object.entries(config.affinities)) lines.push(`\t# ${upstream}: sticky by cookie ${affinity.cookie}`);
  for (const server of config.servers) {
    const first = server.host === "_" ? "default_server reuseport backlog=4096 " : "";
    lines.push(`\t## start server ${server.host}`, "\tserver {", `\t\tserver_name ${serverName(server.host)} ;`, "", `\t\tlisten 80 ${first};`, `\t\tlisten 443 ${first}ssl;`, "");
    if (server.certificate !== null) lines.push(`\t\t# certificate: ${server.certificate.secret === "" ? "the controller's own" : server.certificate.secret} (${server.certificate.names.join(", ")})`, "");
    for (const location of server.locations) lines.push(...locationLines(server, location));
    lines.push("\t}", `\t## end server ${server.host}`, "");
  }
  lines.push("}");
  return `${lines.join("\n")}\n`;
}

function serverName(host: string): string {
  return host.startsWith("*.") ? `~^(?<subdomain>[\\w-]+)\\.${host.slice(2).replaceAll(".", "\\.")}$` : host;
}

function canaryText({ weight, weightTotal, header, headerValue, headerPattern, cookie }: IngressConfig["canaries"][string]): string {
  return [header === "" ? "" : `header ${header}${headerValue === "" ? "" : `=${headerValue}`}${headerPattern === "" ? "" : `~${headerPattern}`}`, cookie === "" ? "" : `cookie ${cookie}`, `weight ${weight}/${weightTotal}`].filter((text) => text !== "").join(", ");
}

function zones(config: IngressConfig): readonly string[] {
  const lines = new Set<string>();
  for (const { locations } of config.servers) for (const { ingress, settings: { limits } } of locations) {
    const name = ingress.replace("/", "_");
    if (limits.connections > 0) lines.add(`limit_conn_zone $limit_${name} zone=${name}_conn:5m;`);
    if (limits.rpm > 0) lines.add(`limit_req_zone $limit_${name} zone=${name}_rpm:5m rate=${limits.rpm}r/m;`);
    if (limits.rps > 0) lines.add(`limit_req_zone $limit_${name} zone=${name}_rps:5m rate=${limits.rps}r/s;`);
  }
  return [...lines];
}

function locationText(server: Server, location: Location): string {
  if (server.regex) return `~* "^${location.path}"`;
  return location.pathType === "Exact" ? `= ${location.path}` : location.path;
}

function locationLines(server: Server, location: Location): readonly string[] {
  const [namespace = "", ingress = ""] = location.ingress.split("/");
  const { settings } = location;
  const { limits, auth } = settings;
  const name = location.ingress.replace("/", "_");
  const lines = [
    `set $namespace      "${namespace}";`, `set $ingress_name   "${ingress}";`, `set $service_name   "${location.backend?.service ?? ""}";`, `set $service_port   "${location.backend?.port ?? ""}";`, `set $location_path  "${location.ingressPath}";`,
    `set $force_ssl_redirect "${String(settings.forceSslRedirect || (settings.sslRedirect && server.certificate !== null))}";`,
    ...(settings.appRoot === "" ? [] : [`if ($uri = /) { return 302 $scheme://$http_host${settings.appRoot}; }`]),
    ...(settings.denied === "" ? [] : [`# Location denied. Reason: ${settings.denied.replaceAll("\n", " ")}`, "return 503;"]),
    ...(settings.redirect === null ? [] : [`return ${settings.redirect.code} ${settings.redirect.url};`]),
    ...settings.deny.map((range) => `deny ${range};`), ...settings.allow.map((range) => `allow ${range};`), ...(settings.allow.length > 0 ? ["deny all;"] : []),
    ...(auth === null ? [] : [`auth_basic "${auth.realm}";`, `auth_basic_user_file /etc/ingress-controller/auth/${auth.secret.replace("/", "-")}.passwd;`]),
    ...(limits.connections > 0 ? [`limit_conn ${name}_conn ${limits.connections};`] : []),
    ...(limits.rpm > 0 ? [`limit_req zone=${name}_rpm burst=${limits.rpm * limits.burst} nodelay;`] : []),
    ...(limits.rps > 0 ? [`limit_req zone=${name}_rps burst=${limits.rps * limits.burst} nodelay;`] : []),
    `client_max_body_size                    ${settings.bodySize};`,
    ...(settings.upstreamHost === "" ? [] : [`proxy_set_header Host                   "${settings.upstreamHost}";`]),
    ...(settings.forwardedPrefix === "" ? [] : [`proxy_set_header X-Forwarded-Prefix "${settings.forwardedPrefix}";`]),
    `proxy_connect_timeout                   ${settings.connectTimeoutS}s;`, `proxy_send_timeout                      ${settings.sendTimeoutS}s;`, `proxy_read_timeout                      ${settings.readTimeoutS}s;`,
    `proxy_next_upstream                     ${settings.nextUpstream.join(" ")};`, `proxy_next_upstream_tries               ${settings.tries};`,
    ...(settings.accessLog ? [] : ["access_log off;"]),
    ...(settings.rewriteTarget === "" || settings.rewriteTarget === location.path ? [] : [`rewrite "(?i)${location.path}" ${settings.rewriteTarget} break;`]),
    `set $proxy_upstream_name "${upstreamName(location.backend)}";`,
    "proxy_pass http://upstream_balancer;",
  ];
  return [`\t\tlocation ${locationText(server, location)} {`, ...lines.map((line) => `\t\t\t${line}`), "\t\t}", ""];
}
