// Follows kubernetes-sigs/metrics-server manifests/base; its APIService comes with the addon, as the kind is not served.
import type { JsonObject } from "../../../base/json.ts";

const labels = { "k8s-app": "metrics-server" };
const meta = (name: string, more: JsonObject = {}): JsonObject => ({ name, labels: { ...labels, ...more } });
const own = { ...meta("metrics-server"), namespace: "kube-system" };
const subject = { kind: "ServiceAccount", name: "metrics-server", namespace: "kube-system" };
const rbac = "rbac.authorization.k8s.io";

export const metricsServerManifests: readonly JsonObject[] = [
  { apiVersion: "v1", kind: "ServiceAccount", metadata: own },
  {
    apiVersion: `${rbac}/v1`, kind: "ClusterRole",
    metadata: meta("system:aggregated-metrics-reader", { [`${rbac}/aggregate-to-admin`]: "true", [`${rbac}/aggregate-to-edit`]: "true", [`${rbac}/aggregate-to-view`]: "true" }),
    rules: [{ apiGroups: ["metrics.k8s.io"], resources: ["pods", "nodes"], verbs: ["get", "list", "watch"] }],
  },
  {
    apiVersion: `${rbac}/v1`, kind: "ClusterRole", metadata: meta("system:metrics-server"),
    rules: [{ apiGroups: [""], resources: ["nodes/metrics"], verbs: ["get"] }, { apiGroups: [""], resources: ["pods", "nodes"], verbs: ["get", "list", "watch"] }],
  },
  { apiVersion: `${rbac}/v1`, kind: "RoleBinding", metadata: { ...meta("metrics-server-auth-reader"), namespace: "kube-system" }, roleRef: { apiGroup: rbac, kind: "Role", name: "extension-apiserver-authentication-reader" }, subjects: [subject] },
  { apiVersion: `${rbac}/v1`, kind: "ClusterRoleBinding", metadata: meta("metrics-server:system:auth-delegator"), roleRef: { apiGroup: rbac, kind: "ClusterRole", name: "system:auth-delegator" }, subjects: [subject] },
  { apiVersion: `${rbac}/v1`, kind: "ClusterRoleBinding", metadata: meta("system:metrics-server"), roleRef: { apiGroup: rbac, kind: "ClusterRole", name: "system:metrics-server" }, subjects: [subject] },
  { apiVersion: "v1", kind: "Service", metadata: own, spec: { ports: [{ appProtocol: "https", name: "https", port: 443, protocol: "TCP", targetPort: "https" }], selector: labels } },
  {
    apiVersion: "apps/v1", kind: "Deployment", metadata: own,
    spec: {
      selector: { matchLabels: labels }, strategy: { rollingUpdate: { maxUnavailable: 0 } },
      template: {
        metadata: { labels },
        spec: {
          containers: [{
            name: "metrics-server", image: "registry.k8s.io/metrics-server/metrics-server:v0.8.0", imagePullPolicy: "IfNotPresent",
            args: ["--cert-dir=/tmp", "--secure-port=10250", "--kubelet-preferred-address-types=InternalIP,ExternalIP,Hostname", "--kubelet-use-node-status-port", "--metric-resolution=15s"],
            ports: [{ containerPort: 10250, name: "https", protocol: "TCP" }],
            livenessProbe: { failureThreshold: 3, httpGet: { path: "/livez", port: "https", scheme: "HTTPS" }, periodSeconds: 10 },
            readinessProbe: { failureThreshold: 3, httpGet: { path: "/readyz", port: "https", scheme: "HTTPS" }, initialDelaySeconds: 20, periodSeconds: 10 },
            resources: { requests: { cpu: "100m", memory: "200Mi" } },
            securityContext: { allowPrivilegeEscalation: false, capabilities: { drop: ["ALL"] }, readOnlyRootFilesystem: true, runAsNonRoot: true, runAsUser: 1000, seccompProfile: { type: "RuntimeDefault" } },
            volumeMounts: [{ mountPath: "/tmp", name: "tmp-dir" }],
          }],
          nodeSelector: { "kubernetes.io/os": "linux" }, priorityClassName: "system-cluster-critical", serviceAccountName: "metrics-server",
          volumes: [{ emptyDir: {}, name: "tmp-dir" }],
        },
      },
    },
  },
];
