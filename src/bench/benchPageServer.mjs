import { createReadStream, existsSync, statSync } from "node:fs";
import { createServer } from "node:http";
import { extname, join, normalize } from "node:path";

const types = { ".html": "text/html; charset=utf-8", ".js": "text/javascript", ".css": "text/css", ".json": "application/json", ".svg": "image/svg+xml", ".woff2": "font/woff2", ".woff": "font/woff", ".ttf": "font/ttf" };

/** The folder the page is put into: a static host may keep it anywhere, so the bench never serves it from the root. */
const folder = "/some/where/";

/** Serves a built page on a free port from a sub-folder; everything outside of it is 404, so an absolute URL shows at once. */
export function servePage(dist) {
  const server = createServer((request, response) => {
    const { pathname } = new URL(request.url ?? "/", "http://page");
    // Browsers ask for it on their own; nothing on the page names it.
    if (pathname === "/favicon.ico") return response.writeHead(204).end();
    const path = pathname.startsWith(folder) ? normalize(decodeURIComponent(pathname.slice(folder.length))).replace(/^([/\\.])+/, "") : null;
    const file = path === null ? null : join(dist, path === "" ? "index.html" : path);
    if (file === null || !existsSync(file) || !statSync(file).isFile()) return response.writeHead(404).end("not found\n");
    response.writeHead(200, { "Content-Type": types[extname(file)] ?? "application/octet-stream", "Cache-Control": "no-store" });
    createReadStream(file).pipe(response);
  });
  return new Promise((resolve) => server.listen(0, "127.0.0.1", () => resolve({ url: `http://127.0.0.1:${server.address().port}${folder}`, close: () => server.close() })));
}
