import { createServer } from "node:https";
import { makeCertificates } from "../gateway/certificates.ts";

/** What HTTPS and JSON alone cost here: parses a body, sends it back. Prints its port. */
const { certificate, key } = await makeCertificates();
const server = createServer({ cert: certificate, key }, (request, response) => {
  const parts: Buffer[] = [];
  request.on("data", (part: Buffer) => parts.push(part));
  request.on("end", () => {
    const text = Buffer.concat(parts).toString();
    const body = JSON.stringify(text === "" ? { kind: "Status", status: "Success" } : JSON.parse(text));
    response.writeHead(200, { "content-type": "application/json", "content-length": Buffer.byteLength(body) });
    response.end(body);
  });
});
server.listen(0, "127.0.0.1", () => console.log(JSON.stringify(server.address())));
