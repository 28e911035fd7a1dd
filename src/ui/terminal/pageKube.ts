import type { ApiResponse } from "../../apimachinery/apiRequest.ts";
import { KubectlError, type ExecOutput, type KubeClient, type KubeRequest } from "../../kubectl/host.ts";
import { apiRequest, type EngineClient, type PageStream } from "../engine/engineClient.ts";

/** One request that a command made, as the terminal tells of it. */
export interface ApiCall {
  readonly method: string;
  /** With its query. */
  readonly path: string;
  /** 0 while it is not answered; 101 for a session in a container. */
  readonly code: number;
}

const methods = { get: "GET", list: "GET", watch: "GET", create: "POST", update: "PUT", patch: "PATCH", delete: "DELETE", deletecollection: "DELETE" } as const;

/** Posts that change nothing: reviews are answered at once and stored nowhere. */
const reviews = /\/(selfsubject|subject|localsubject|token)\w*reviews$/;

function pathText({ path, query = {} }: KubeRequest): string {
  const search = Object.entries(query).map(([key, value]) => `${key}=${encodeURIComponent(value).replaceAll("%2F", "/").replaceAll("%3D", "=").replaceAll("%2C", ",")}`).join("&");
  return search === "" ? path : `${path}?${search}`;
}

const sessionsAreOfNow = "a session in a container belongs to now, and the page shows another time: return to now (N) or make a branch from here (B) first";

/** kubectl's way to the cluster of this page. `note` hears of each request, and again with its code; `isPast`: whether the page shows another time than now. */
export function pageKube(client: EngineClient, note: (index: number, call: ApiCall) => void, isPast: () => boolean): KubeClient {
  let calls = 0;
  const noted = (request: KubeRequest): ((code: number) => void) => {
    const index = calls++;
    const call = { method: methods[request.verb], path: pathText(request) };
    note(index, { ...call, code: 0 });
    return (code) => note(index, { ...call, code });
  };
  return {
    async send(request): Promise<ApiResponse> {
      const answered = noted(request);
      const writes = !["get", "list", "watch"].includes(request.verb) && !reviews.test(request.path);
      const response = writes ? await client.write(request) : await client.read(request);
      answered(response.code);
      return response;
    },
    watch: (request, listener) =>
      new Promise((resolve) => {
        const answered = noted(request);
        const stream: PageStream = client.stream({ type: "watch", request: apiRequest(0, request) }, (data) => {
          if (data.type === "opened") {
            answered(200);
            resolve({ close: () => stream.close() });
          } else if (data.type === "refused") {
            answered(data.response.code);
            resolve({ refused: data.response });
          } else if (data.type === "frames") for (const frame of data.frames) listener.frame(frame);
          else if (data.type === "ended") listener.ended();
        });
      }),
    exec: (target, listener) => {
      if (isPast()) return Promise.reject(new KubectlError(`error: ${sessionsAreOfNow}`));
      const { type, namespace, pod, container, command, stdin, tty } = target;
      const query = [...command.map((word) => `command=${encodeURIComponent(word)}`), `container=${container}`, ...(stdin ? ["stdin=true"] : []), "stdout=true", ...(tty ? ["tty=true"] : ["stderr=true"])].join("&");
      const call = { method: "POST", path: `/api/v1/namespaces/${namespace}/pods/${pod}/${type}?${query}` };
      const index = calls++;
      note(index, { ...call, code: 0 });
      const base = { pod: `${namespace}/${pod}`, container, stdin, tty };
      const stream = client.stream({ type: "exec", open: type === "exec" ? { type, ...base, command } : { type, ...base } }, (data) => {
        if (data.type === "opened") note(index, { ...call, code: 101 });
        else if (data.type === "refused") {
          note(index, { ...call, code: data.response.code });
          const body = data.response.body;
          listener({ type: "failed", message: typeof body === "object" && body !== null && "message" in body ? String(body["message"]) : `the server answered ${data.response.code}` });
        } else if (data.type === "failed") listener({ type: "failed", message: data.message });
        else if (data.type === "ended") listener({ type: "failed", message: "the connection was lost: another run was opened" });
        else if (data.type === "output" && ["stdout", "stderr", "exited", "failed"].includes(data.output.type)) listener(data.output as ExecOutput);
      });
      // It goes on while one looks back, but hears nothing of what is typed then.
      const send = (text: string): void => (isPast() ? listener({ type: "stderr", text: `Not sent: ${sessionsAreOfNow}.\n` }) : stream.send({ type: "stdin", text }));
      return Promise.resolve({ send, endOfInput: () => stream.send({ type: "endOfInput" }), close: () => stream.close() });
    },
  };
}
