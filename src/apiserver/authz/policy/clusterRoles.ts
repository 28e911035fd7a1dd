// Follows plugin/pkg/auth/authorizer/rbac/bootstrappolicy/policy.go, in the notation of ruleText.ts.

const events = "create patch update | core events.k8s.io | events";
const reviews = ["create | authentication.k8s.io | tokenreviews", "create | authorization.k8s.io | subjectaccessreviews"];

/** What the Node authorizer lets every node do beside its own objects. */
export const nodeRules: readonly string[] = [
  "create | authentication.k8s.io | tokenreviews",
  "create | authorization.k8s.io | localsubjectaccessreviews subjectaccessreviews",
  "read | core | services",
  "create get list watch | core | nodes",
  "patch update | core | nodes/status",
  "patch update | core | nodes",
  "create patch update | core | events",
  "read | core | pods",
  "create delete | core | pods",
  "patch update | core | pods/status",
  "create | core | pods/eviction",
  "read | core | configmaps secrets",
  "get | core | persistentvolumeclaims persistentvolumes",
  "get | core | endpoints",
  "create get list watch | certificates.k8s.io | certificatesigningrequests",
  "create delete get patch update | coordination.k8s.io | leases",
  "get | storage.k8s.io | volumeattachments",
  "get patch update | core | persistentvolumeclaims/status",
  "create | core | serviceaccounts/token",
  "read | storage.k8s.io | csidrivers",
  "create delete get patch update | storage.k8s.io | csinodes",
  "read | node.k8s.io | runtimeclasses",
  "get | resource.k8s.io | resourceclaims",
  "create delete deletecollection get list patch update watch | resource.k8s.io | resourceslices",
];

const approver = (signer: string): readonly string[] => [`approve | certificates.k8s.io | signers | kubernetes.io/${signer}`];

/** Leader election of a component. */
const leader = (name: string): readonly string[] => ["create | coordination.k8s.io | leases", `get update | coordination.k8s.io | leases | ${name}`];

/** Roles that gather the rules of others, by the label that those carry: view goes into edit, edit into admin. */
export const aggregatedRoles: Readonly<Record<string, { readonly into: string | null }>> = { admin: { into: null }, edit: { into: "admin" }, view: { into: "edit" } };

export const clusterRoles: Readonly<Record<string, readonly string[]>> = {
  "cluster-admin": ["* | * | *", "* | url | *"],
  "system:discovery": ["get | url | /livez /readyz /healthz /version /version/ /openapi /openapi/* /api /api/* /apis /apis/*"],
  "system:monitoring": ["get | url | /metrics /metrics/slis /livez /readyz /healthz /livez/* /readyz/* /healthz/*"],
  "system:basic-user": ["create | authorization.k8s.io | selfsubjectaccessreviews selfsubjectrulesreviews", "create | authentication.k8s.io | selfsubjectreviews"],
  "system:public-info-viewer": ["get | url | /livez /readyz /healthz /version /version/"],
  "system:aggregate-to-admin": ["create | authorization.k8s.io | localsubjectaccessreviews", "create delete deletecollection get list patch update watch | rbac.authorization.k8s.io | roles rolebindings"],
  "system:aggregate-to-edit": [
    "read | core | pods/attach pods/exec pods/portforward pods/proxy secrets services/proxy",
    "impersonate | core | serviceaccounts",
    "write | core | pods pods/attach pods/exec pods/portforward pods/proxy",
    "create | core | pods/eviction",
    "write | core | configmaps events persistentvolumeclaims replicationcontrollers replicationcontrollers/scale secrets serviceaccounts services services/proxy",
    "create | core | serviceaccounts/token",
    "write | apps | daemonsets deployments deployments/rollback deployments/scale replicasets replicasets/scale statefulsets statefulsets/scale",
    "write | autoscaling | horizontalpodautoscalers",
    "write | batch | cronjobs jobs",
    "write | extensions | daemonsets deployments deployments/rollback deployments/scale ingresses networkpolicies replicasets replicasets/scale replicationcontrollers/scale",
    "write | policy | poddisruptionbudgets",
    "write | networking.k8s.io | ingresses networkpolicies",
    "create delete deletecollection get list patch update watch | coordination.k8s.io | leases",
    "write | resource.k8s.io | resourceclaims resourceclaimtemplates",
  ],
  "system:aggregate-to-view": [
    "read | core | configmaps endpoints persistentvolumeclaims persistentvolumeclaims/status pods replicationcontrollers replicationcontrollers/scale serviceaccounts services services/status",
    "read | core | bindings events limitranges namespaces/status pods/log pods/status replicationcontrollers/status resourcequotas resourcequotas/status",
    "read | core | namespaces",
    "read | discovery.k8s.io | endpointslices",
    "read | apps | controllerrevisions daemonsets daemonsets/status deployments deployments/scale deployments/status replicasets replicasets/scale replicasets/status statefulsets statefulsets/scale statefulsets/status",
    "read | autoscaling | horizontalpodautoscalers horizontalpodautoscalers/status",
    "read | batch | cronjobs cronjobs/status jobs jobs/status",
    "read | extensions | daemonsets daemonsets/status deployments deployments/scale deployments/status ingresses ingresses/status networkpolicies replicasets replicasets/scale replicasets/status replicationcontrollers/scale",
    "read | policy | poddisruptionbudgets poddisruptionbudgets/status",
    "read | networking.k8s.io | ingresses ingresses/status networkpolicies",
    "read | resource.k8s.io | resourceclaims resourceclaims/status resourceclaimtemplates",
  ],
  "system:heapster": ["read | core | events namespaces nodes pods", "read | extensions | deployments"],
  "system:node": nodeRules,
  "system:node-problem-detector": ["get | core | nodes", "patch | core | nodes/status", events],
  "system:kubelet-api-admin": ["read | core | nodes", "proxy | core | nodes", "* | core | nodes/configz nodes/healthz nodes/log nodes/metrics nodes/pods nodes/proxy nodes/stats"],
  "system:node-bootstrapper": ["create get list watch | certificates.k8s.io | certificatesigningrequests"],
  "system:auth-delegator": reviews,
  "system:kube-aggregator": ["read | core | endpoints services"],
  "system:kube-controller-manager": [
    events, ...leader("kube-controller-manager"),
    "create | core | secrets serviceaccounts", "delete | core | secrets", "get | core | configmaps namespaces secrets serviceaccounts", "update | core | secrets serviceaccounts",
    ...reviews, "list watch | * | *", "create | core | serviceaccounts/token",
  ],
  "system:kube-dns": ["list watch | core | endpoints services"],
  "system:persistent-volume-provisioner": [
    "create delete get list watch | core | persistentvolumes", "get list update watch | core | persistentvolumeclaims", "read | storage.k8s.io | storageclasses", "watch | core | events", events,
  ],
  "system:certificates.k8s.io:certificatesigningrequests:nodeclient": ["create | certificates.k8s.io | certificatesigningrequests/nodeclient"],
  "system:certificates.k8s.io:certificatesigningrequests:selfnodeclient": ["create | certificates.k8s.io | certificatesigningrequests/selfnodeclient"],
  "system:volume-scheduler": ["readUpdate | core | persistentvolumes", "read | storage.k8s.io | storageclasses", "readUpdate | core | persistentvolumeclaims"],
  "system:certificates.k8s.io:legacy-unknown-approver": approver("legacy-unknown"),
  "system:certificates.k8s.io:kubelet-serving-approver": approver("kubelet-serving"),
  "system:certificates.k8s.io:kube-apiserver-client-approver": approver("kube-apiserver-client"),
  "system:certificates.k8s.io:kube-apiserver-client-kubelet-approver": approver("kube-apiserver-client-kubelet"),
  "system:service-account-issuer-discovery": ["get | url | /.well-known/openid-configuration /.well-known/openid-configuration/ /openid/v1/jwks /openid/v1/jwks/"],
  "system:node-proxier": ["list watch | core | endpoints services", "read | core | nodes", events, "list watch | discovery.k8s.io | endpointslices", "list watch | networking.k8s.io | servicecidrs"],
  "system:kube-scheduler": [
    events, ...leader("kube-scheduler"),
    "read | core | nodes", "delete get list watch | core | pods", "create | core | bindings pods/binding", "patch update | core | pods/status",
    "read | core | replicationcontrollers services", "read | apps extensions | replicasets", "read | apps | statefulsets", "read | policy | poddisruptionbudgets",
    "read | core | persistentvolumeclaims persistentvolumes", ...reviews, "read | storage.k8s.io | csinodes", "read | core | namespaces",
    "read | storage.k8s.io | csidrivers", "read | storage.k8s.io | csistoragecapacities", "read | storage.k8s.io | volumeattachments",
    "read | resource.k8s.io | deviceclasses", "read | resource.k8s.io | resourceclaims", "patch update | resource.k8s.io | resourceclaims/binding resourceclaims/status",
    "read | resource.k8s.io | resourceslices", "update | core | pods/finalizers",
  ],
};

/** Subjects of the binding that has its role's name: "Group system:masters", "ServiceAccount kube-system/kube-dns". */
export const clusterRoleBindings: Readonly<Record<string, readonly string[]>> = {
  "cluster-admin": ["Group system:masters"],
  "system:monitoring": ["Group system:monitoring"],
  "system:discovery": ["Group system:authenticated"],
  "system:basic-user": ["Group system:authenticated"],
  "system:public-info-viewer": ["Group system:authenticated", "Group system:unauthenticated"],
  "system:node-proxier": ["User system:kube-proxy"],
  "system:kube-controller-manager": ["User system:kube-controller-manager"],
  "system:kube-dns": ["ServiceAccount kube-system/kube-dns"],
  "system:kube-scheduler": ["User system:kube-scheduler"],
  "system:volume-scheduler": ["User system:kube-scheduler"],
  "system:service-account-issuer-discovery": ["Group system:serviceaccounts"],
  // The Node authorizer has taken its place.
  "system:node": [],
};
