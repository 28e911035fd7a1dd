// Follows kubernetes/ingress-nginx deploy/static/provider/cloud/deploy.yaml, without the admission webhook and its jobs. Addresses are written
// every 10 s instead of every 60.
import type { JsonObject } from "../../../base/json.ts";

const namespace = "ingress-nginx";
const name = "ingress-nginx-controller";
const selector = { "app.kubernetes.io/component": "controller", "app.kubernetes.io/instance": "ingress-nginx", "app.kubernetes.io/name": "ingress-nginx" };
const labels = { ...selector, "app.kubernetes.io/part-of": "ingress-nginx", "app.kubernetes.io/version": "1.13.0" };
const plainLabels = { "app.kubernetes.io/instance": "ingress-nginx", "app.kubernetes.io/name": "ingress-nginx", "app.kubernetes.io/part-of": "ingress-nginx", "app.kubernetes.io/version": "1.13.0" };

/** In the order to create them; RBAC objects are last. The class is the cluster's default, so that an Ingress without a class works. */
export const ingressNginxManifests: readonly JsonObject[] = [
  { apiVersion: "v1", kind: "Namespace", metadata: { name: namespace, labels: { "app.kubernetes.io/instance": "ingress-nginx", "app.kubernetes.io/name": "ingress-nginx" } } },
  { apiVersion: "v1", kind: "ServiceAccount", metadata: { name: "ingress-nginx", namespace, labels }, automountServiceAccountToken: true },
  { apiVersion: "v1", kind: "ConfigMap", metadata: { name, namespace, labels } },
  {
    apiVersion: "networking.k8s.io/v1", kind: "IngressClass",
    metadata: { name: "nginx", labels, annotations: { "ingressclass.kubernetes.io/is-default-class": "true" } }, spec: { controller: "k8s.io/ingress-nginx" },
  },
  {
    apiVersion: "v1", kind: "Service", metadata: { name, namespace, labels },
    spec: {
      type: "LoadBalancer", externalTrafficPolicy: "Local", ipFamilies: ["IPv4"], ipFamilyPolicy: "SingleStack", selector,
      ports: [{ appProtocol: "http", name: "http", port: 80, protocol: "TCP", targetPort: "http" }, { appProtocol: "https", name: "https", port: 443, protocol: "TCP", targetPort: "https" }],
    },
  },
  {
    apiVersion: "apps/v1", kind: "Deployment", metadata: { name, namespace, labels },
    spec: {
      minReadySeconds: 0, revisionHistoryLimit: 10, replicas: 1, selector: { matchLabels: selector }, strategy: { type: "RollingUpdate", rollingUpdate: { maxUnavailable: 1 } },
      template: {
        metadata: { labels },
        spec: {
          serviceAccountName: "ingress-nginx", automountServiceAccountToken: true, dnsPolicy: "ClusterFirst", nodeSelector: { "kubernetes.io/os": "linux" }, terminationGracePeriodSeconds: 300,
          containers: [{
            name: "controller", image: "registry.k8s.io/ingress-nginx/controller:v1.13.0", imagePullPolicy: "IfNotPresent",
            args: ["/nginx-ingress-controller", "--publish-service=$(POD_NAMESPACE)/ingress-nginx-controller", "--election-id=ingress-nginx-leader", "--controller-class=k8s.io/ingress-nginx", "--ingress-class=nginx", "--configmap=$(POD_NAMESPACE)/ingress-nginx-controller", "--status-update-interval=10"],
            env: [{ name: "POD_NAME", valueFrom: { fieldRef: { fieldPath: "metadata.name" } } }, { name: "POD_NAMESPACE", valueFrom: { fieldRef: { fieldPath: "metadata.namespace" } } }, { name: "LD_PRELOAD", value: "/usr/local/lib/libmimalloc.so" }],
            ports: [{ containerPort: 80, name: "http", protocol: "TCP" }, { containerPort: 443, name: "https", protocol: "TCP" }],
            livenessProbe: { failureThreshold: 5, httpGet: { path: "/healthz", port: 10254, scheme: "HTTP" }, initialDelaySeconds: 10, periodSeconds: 10, successThreshold: 1, timeoutSeconds: 1 },
            readinessProbe: { failureThreshold: 3, httpGet: { path: "/healthz", port: 10254, scheme: "HTTP" }, initialDelaySeconds: 10, periodSeconds: 10, successThreshold: 1, timeoutSeconds: 1 },
            resources: { requests: { cpu: "100m", memory: "90Mi" } },
            securityContext: { allowPrivilegeEscalation: false, capabilities: { add: ["NET_BIND_SERVICE"], drop: ["ALL"] }, readOnlyRootFilesystem: false, runAsGroup: 82, runAsNonRoot: true, runAsUser: 101, seccompProfile: { type: "RuntimeDefault" } },
          }],
        },
      },
    },
  },
  {
    apiVersion: "rbac.authorization.k8s.io/v1", kind: "ClusterRole", metadata: { name: "ingress-nginx", labels: plainLabels },
    rules: [
      { apiGroups: [""], resources: ["configmaps", "endpoints", "nodes", "pods", "secrets", "namespaces"], verbs: ["list", "watch"] },
      { apiGroups: ["coordination.k8s.io"], resources: ["leases"], verbs: ["list", "watch"] },
      { apiGroups: [""], resources: ["nodes"], verbs: ["get"] },
      { apiGroups: [""], resources: ["services"], verbs: ["get", "list", "watch"] },
      { apiGroups: ["networking.k8s.io"], resources: ["ingresses"], verbs: ["get", "list", "watch"] },
      { apiGroups: [""], resources: ["events"], verbs: ["create", "patch"] },
      { apiGroups: ["networking.k8s.io"], resources: ["ingresses/status"], verbs: ["update"] },
      { apiGroups: ["networking.k8s.io"], resources: ["ingressclasses"], verbs: ["get", "list", "watch"] },
      { apiGroups: ["discovery.k8s.io"], resources: ["endpointslices"], verbs: ["list", "watch", "get"] },
    ],
  },
  {
    apiVersion: "rbac.authorization.k8s.io/v1", kind: "ClusterRoleBinding", metadata: { name: "ingress-nginx", labels: plainLabels },
    roleRef: { apiGroup: "rbac.authorization.k8s.io", kind: "ClusterRole", name: "ingress-nginx" }, subjects: [{ kind: "ServiceAccount", name: "ingress-nginx", namespace }],
  },
];
