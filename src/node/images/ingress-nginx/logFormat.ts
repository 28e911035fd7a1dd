import { formatRfc3339 } from "../../../base/rfc3339.ts";
import type { HttpRequest } from "../../../network/packet.ts";

const months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

/** nginx's $time_local: "01/Jan/2026:00:00:07 +0000". */
export function timeLocal(unixUs: number): string {
  const text = formatRfc3339(unixUs);
  const month = months[Number(text.slice(5, 7)) - 1] ?? "Jan";
  return `${text.slice(8, 10)}/${month}/${text.slice(0, 4)}:${text.slice(11, 19)} +0000`;
}

/** The date of nginx's error log: "2026/01/01 00:00:07". */
export function errorTime(unixUs: number): string {
  const text = formatRfc3339(unixUs);
  return `${text.slice(0, 4)}/${text.slice(5, 7)}/${text.slice(8, 10)} ${text.slice(11, 19)}`;
}

export interface Attempt {
  readonly address: string;
  readonly status: number;
  readonly tookUs: number;
  readonly bytes: number;
}

/** log-format-upstream of ingress-nginx. */
export function accessLine(entry: { readonly client: string; readonly unixUs: number; readonly request: HttpRequest; readonly status: number; readonly bytes: number; readonly tookUs: number; readonly upstream: string; readonly attempts: readonly Attempt[]; readonly requestId: string }): string {
  const { request, attempts } = entry;
  const joined = (text: (attempt: Attempt) => string): string => (attempts.length === 0 ? "-" : attempts.map(text).join(", "));
  const requestLength = request.method.length + request.path.length + request.host.length + request.body.length + 60;
  return `${entry.client} - - [${timeLocal(entry.unixUs)}] "${request.method} ${request.path} HTTP/1.1" ${entry.status} ${entry.bytes} "${request.headers["referer"] ?? "-"}" "${request.headers["user-agent"] ?? "-"}" ${requestLength} ${seconds(entry.tookUs)} [${entry.upstream}] [] ${joined((attempt) => attempt.address)} ${joined((attempt) => String(attempt.bytes))} ${joined((attempt) => seconds(attempt.tookUs))} ${joined((attempt) => String(attempt.status))} ${entry.requestId}`;
}

function seconds(us: number): string {
  return (us / 1_000_000).toFixed(3);
}

/** klog's head: "I0101 00:00:07.123456       7 controller.go:190]". */
export function klog(severity: "I" | "W" | "E", unixUs: number, source: string, text: string): string {
  const time = formatRfc3339(unixUs, true);
  return `${severity}${time.slice(5, 7)}${time.slice(8, 10)} ${time.slice(11, 26)}       7 ${source}] ${text}`;
}

const reasons: Readonly<Record<number, string>> = { 301: "Moved Permanently", 302: "Found", 303: "See Other", 307: "Temporary Redirect", 308: "Permanent Redirect", 400: "Bad Request", 401: "Authorization Required", 403: "Forbidden", 404: "Not Found", 413: "Request Entity Too Large", 429: "Too Many Requests", 502: "Bad Gateway", 503: "Service Temporarily Unavailable", 504: "Gateway Time-out" };

/** nginx's built-in page of a status. */
export function errorPage(status: number): string {
  const title = `${status} ${reasons[status] ?? ""}`.trim();
  return `<html>\r\n<head><title>${title}</title></head>\r\n<body>\r\n<center><h1>${title}</h1></center>\r\n<hr><center>nginx</center>\r\n</body>\r\n</html>\r\n`;
}
