/** Where a location sends its requests. `port` is a name or a number. */
export interface Backend {
  readonly namespace: string;
  readonly service: string;
  readonly port: string | number;
}

/** What the annotations of one Ingress say, over the ConfigMap's defaults. */
export interface LocationSettings {
  readonly rewriteTarget: string;
  readonly useRegex: boolean;
  readonly appRoot: string;
  readonly sslRedirect: boolean;
  readonly forceSslRedirect: boolean;
  readonly preserveTrailingSlash: boolean;
  readonly redirect: { readonly url: string; readonly code: number } | null;
  readonly auth: { readonly realm: string; readonly secret: string; readonly file: string } | null;
  /** Only these may come in; [] is everybody. */
  readonly allow: readonly string[];
  readonly deny: readonly string[];
  readonly limits: { readonly rps: number; readonly rpm: number; readonly connections: number; readonly burst: number; readonly exempt: readonly string[] };
  /** Bytes; 0: any size. */
  readonly bodySize: number;
  readonly connectTimeoutS: number;
  readonly readTimeoutS: number;
  readonly sendTimeoutS: number;
  /** "error", "timeout", "http_503", ...: what sends a request to the next pod. */
  readonly nextUpstream: readonly string[];
  readonly tries: number;
  readonly upstreamHost: string;
  readonly forwardedPrefix: string;
  readonly serviceUpstream: boolean;
  readonly accessLog: boolean;
  /** Why nobody is let in: an annotation that cannot be carried out. "" where there is none. */
  readonly denied: string;
}

export interface Location {
  /** As nginx has it: a Prefix has its slash, and the path without it is a location of its own. */
  readonly path: string;
  readonly pathType: "Exact" | "Prefix" | "ImplementationSpecific";
  /** As the Ingress says it. */
  readonly ingressPath: string;
  readonly ingressPathType: "Exact" | "Prefix" | "ImplementationSpecific";
  /** null: the controller's own default backend (404). */
  readonly backend: Backend | null;
  /** "namespace/name"; "" for the location that every server has. */
  readonly ingress: string;
  readonly settings: LocationSettings;
}

/** A certificate and the Secret it is from ("": the controller's own). */
export interface ServerCertificate {
  readonly secret: string;
  readonly names: readonly string[];
}

export interface Server {
  /** "_" is the catch-all. */
  readonly host: string;
  /** null: no Ingress of this host speaks of TLS. */
  readonly certificate: ServerCertificate | null;
  /** Paths are regular expressions here: one of the server's Ingresses rewrites or says use-regex. */
  readonly regex: boolean;
  /** In the order nginx tries them: exact ones first, then by falling length. */
  readonly locations: readonly Location[];
}

/** When requests go to a canary instead. */
export interface Canary {
  /** The upstream that takes them. */
  readonly upstream: string;
  readonly backend: Backend;
  readonly ingress: string;
  readonly weight: number;
  readonly weightTotal: number;
  readonly header: string;
  readonly headerValue: string;
  readonly headerPattern: string;
  readonly cookie: string;
}

export interface Affinity {
  readonly cookie: string;
  /** "": the location's. */
  readonly path: string;
  readonly maxAge: string;
  readonly expires: string;
  readonly sameSite: string;
  readonly secure: boolean | null;
  readonly changeOnFailure: boolean;
  /** A canary takes part too, so that a client stays where it was. */
  readonly canarySticky: boolean;
}

export interface GlobalSettings {
  readonly hsts: string;
  readonly redirectCode: number;
  readonly limitStatus: { readonly requests: number; readonly connections: number };
  readonly useForwardedHeaders: boolean;
  readonly defaultCertificate: ServerCertificate;
}

export interface IngressConfig {
  readonly servers: readonly Server[];
  /** By the upstream that they stand beside. */
  readonly canaries: Readonly<Record<string, Canary>>;
  readonly affinities: Readonly<Record<string, Affinity>>;
  readonly global: GlobalSettings;
  /** What the controller's log says of it: each once. */
  readonly problems: readonly string[];
}

export const controllerName = "k8s.io/ingress-nginx";
export const fakeCertificate: ServerCertificate = { secret: "", names: ["Kubernetes Ingress Controller Fake Certificate", "ingress.local"] };

/** As the controller starts, before it serves anything. */
export const emptyConfig: IngressConfig = {
  servers: [], canaries: {}, affinities: {}, problems: [],
  global: { hsts: "max-age=31536000; includeSubDomains", redirectCode: 308, limitStatus: { requests: 503, connections: 503 }, useForwardedHeaders: false, defaultCertificate: fakeCertificate },
};

/** "default-web-80", as the controller names its upstreams. */
export function upstreamName(backend: Backend | null): string {
  return backend === null ? "upstream-default-backend" : `${backend.namespace}-${backend.service}-${backend.port}`;
}
