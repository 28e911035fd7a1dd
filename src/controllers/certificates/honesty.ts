/** What is simulated here, and what is not, as users are told. */
export const honesty = {
  component: "certificate signing controllers",
  implemented: ["approval of kubelets' client certificates by SubjectAccessReview", "X.509 certificates for kube-apiserver-client, kube-apiserver-client-kubelet and kubelet-serving, signed by the cluster's authority; Failed where a request breaks its signer's rules", "removal of settled requests after an hour, of others after a day"],
  notImplemented: ["the gateway does not take these certificates: their authority follows from the seed, which every recording tells", "removal of requests whose certificate ran out", "kubelets do not ask for certificates", "the alternative names of a request are copied as they stand, not read"],
} as const;
