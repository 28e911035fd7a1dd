export interface HttpUrl {
  readonly scheme: "http" | "https";
  readonly host: string;
  readonly port: number;
  /** With its query; "/" at least. */
  readonly path: string;
  /** What goes into the Host header: with the port where it is not the scheme's own. */
  readonly authority: string;
}

/** Sources ask for the same few again and again. */
const known = new Map<string, HttpUrl | null>();
const knownKept = 1_000;

/** null where the text is no http(s) URL. "web.default:8080/x" without a scheme is taken as http. */
export function parseHttpUrl(text: string): HttpUrl | null {
  let url = known.get(text);
  if (url === undefined) {
    if (known.size >= knownKept) known.clear();
    known.set(text, (url = readHttpUrl(text)));
  }
  return url;
}

function readHttpUrl(text: string): HttpUrl | null {
  const match = /^(?:(https?):\/\/)?([A-Za-z0-9._*-]+)(?::([0-9]{1,5}))?(\/[^#\s]*|\?[^#\s]*)?(?:#.*)?$/.exec(text.trim());
  const host = match?.[2];
  if (match === null || host === undefined) return null;
  const scheme = match[1] === "https" ? "https" : "http";
  const usual = scheme === "https" ? 443 : 80;
  const port = match[3] === undefined ? usual : Number(match[3]);
  if (port < 1 || port > 65_535) return null;
  const rest = match[4] ?? "/";
  return { scheme, host: host.toLowerCase(), port, path: rest.startsWith("/") ? rest : `/${rest}`, authority: port === usual ? host.toLowerCase() : `${host.toLowerCase()}:${port}` };
}
