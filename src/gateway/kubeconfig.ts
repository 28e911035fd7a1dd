import { stringify } from "yaml";

/** The kubeconfig of contracts: cluster, context and user are all "orrery". */
export function kubeconfigText(server: string, authority: string | null, token: string): string {
  return stringify({
    apiVersion: "v1",
    kind: "Config",
    clusters: [{ name: "orrery", cluster: { server, ...(authority === null ? {} : { "certificate-authority-data": Buffer.from(authority).toString("base64") }) } }],
    contexts: [{ name: "orrery", context: { cluster: "orrery", user: "orrery", namespace: "default" } }],
    users: [{ name: "orrery", user: { token } }],
    "current-context": "orrery",
  });
}
