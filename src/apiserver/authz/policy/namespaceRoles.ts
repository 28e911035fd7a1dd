// Follows plugin/pkg/auth/authorizer/rbac/bootstrappolicy/namespace_policy.go, in the notation of ruleText.ts.

const events = "create patch update | core events.k8s.io | events";
const locking = ["create get list update watch | coordination.k8s.io | leases", "create get list update watch | coordination.k8s.io | leasecandidates"];

export const namespaceRoles: Readonly<Record<string, Readonly<Record<string, readonly string[]>>>> = {
  "kube-system": {
    "extension-apiserver-authentication-reader": ["read | core | configmaps | extension-apiserver-authentication"],
    "system:controller:bootstrap-signer": ["read | core | secrets"],
    "system:controller:cloud-provider": ["create get list watch | core | configmaps"],
    "system:controller:token-cleaner": ["delete get list watch | core | secrets", events],
    "system::leader-locking-kube-controller-manager": locking,
    "system::leader-locking-kube-scheduler": locking,
  },
  "kube-public": { "system:controller:bootstrap-signer": ["read | core | configmaps", "update | core | configmaps | cluster-info", events] },
};

interface NamespaceBinding {
  readonly role: string;
  readonly subjects: readonly string[];
}

const to = (role: string, ...subjects: readonly string[]): NamespaceBinding => ({ role, subjects });

export const namespaceRoleBindings: Readonly<Record<string, Readonly<Record<string, NamespaceBinding>>>> = {
  "kube-system": {
    "system::extension-apiserver-authentication-reader": to("extension-apiserver-authentication-reader", "User system:kube-controller-manager", "User system:kube-scheduler"),
    "system::leader-locking-kube-controller-manager": to("system::leader-locking-kube-controller-manager", "User system:kube-controller-manager", "ServiceAccount kube-system/kube-controller-manager"),
    "system::leader-locking-kube-scheduler": to("system::leader-locking-kube-scheduler", "User system:kube-scheduler", "ServiceAccount kube-system/kube-scheduler"),
    "system:controller:bootstrap-signer": to("system:controller:bootstrap-signer", "ServiceAccount kube-system/bootstrap-signer"),
    "system:controller:cloud-provider": to("system:controller:cloud-provider", "ServiceAccount kube-system/cloud-provider"),
    "system:controller:token-cleaner": to("system:controller:token-cleaner", "ServiceAccount kube-system/token-cleaner"),
  },
  "kube-public": { "system:controller:bootstrap-signer": to("system:controller:bootstrap-signer", "ServiceAccount kube-system/bootstrap-signer") },
};
