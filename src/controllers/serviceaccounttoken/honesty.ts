/** What is simulated here, and what is not, as users are told. */
export const honesty = {
  component: "service account token controller",
  implemented: ["token, namespace and ca.crt in Secrets of type kubernetes.io/service-account-token; the Secrets go with their account, and references to them with them; the API takes such tokens"],
  notImplemented: ["the labels of when such a token was last used, and the cleaner of those long unused"],
} as const;
