// Follows pkg/kubelet/envvars and getServiceEnvVarMap of pkg/kubelet/kubelet_pods.go.
import type { Informer } from "../../client/clientSet.ts";
import type { Service } from "../../kinds/core/service/types.ts";

type Variables = Readonly<Record<string, string>>;

/** The variables that tell containers of services: the same for all pods of a namespace until a service changes. */
export class ServiceLinks {
  readonly #services: Informer<Service>;
  /** By namespace, with and without links: derived, as of the revision beside. */
  readonly #linked = new Map<string, Variables>();
  readonly #unlinked = new Map<string, Variables>();
  #revision = "";

  constructor(services: Informer<Service>) {
    this.#services = services;
  }

  forget(): void {
    this.#linked.clear();
    this.#unlinked.clear();
    this.#revision = this.#services.resourceVersion;
  }

  variables(namespace: string, links: boolean): Variables {
    if (this.#services.resourceVersion !== this.#revision) this.forget();
    const known = links ? this.#linked : this.#unlinked;
    let variables = known.get(namespace);
    if (variables === undefined) {
      variables = serviceVariables(this.#services, namespace, links);
      known.set(namespace, variables);
    }
    return variables;
  }
}

/** Docker-links style variables of the services of the pod's namespace, and of `kubernetes` in default. */
function serviceVariables(services: Informer<Service>, namespace: string, links: boolean): Variables {
  const env: Record<string, string> = {};
  const master = services.lister.get({ namespace: "default", name: "kubernetes" });
  if (master !== null) addService(env, master);
  if (links) for (const service of services.lister.list(namespace)) if (service.metadata.name !== "kubernetes") addService(env, service);
  return env;
}

function addService(env: Record<string, string>, service: Service): void {
  const ip = service.spec.clusterIP ?? "";
  const ports = service.spec.ports ?? [];
  const first = ports[0];
  if (ip === "" || ip === "None" || first === undefined) return;
  const prefix = variableName(service.metadata.name);
  env[`${prefix}_SERVICE_HOST`] = ip;
  env[`${prefix}_SERVICE_PORT`] = String(first.port);
  for (const port of ports) if (port.name !== undefined && port.name !== "") env[`${prefix}_SERVICE_PORT_${variableName(port.name)}`] = String(port.port);
  for (const [index, port] of ports.entries()) {
    const protocol = port.protocol ?? "TCP";
    const url = `${protocol.toLowerCase()}://${ip}:${port.port}`;
    if (index === 0) env[`${prefix}_PORT`] = url;
    const portPrefix = `${prefix}_PORT_${port.port}_${protocol.toUpperCase()}`;
    env[portPrefix] = url;
    env[`${portPrefix}_PROTO`] = protocol.toLowerCase();
    env[`${portPrefix}_PORT`] = String(port.port);
    env[`${portPrefix}_ADDR`] = ip;
  }
}

function variableName(name: string): string {
  return name.replaceAll("-", "_").toUpperCase();
}
