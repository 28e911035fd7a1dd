/** What is simulated here, and what is not, as users are told. */
export const honesty = {
  component: "cloud-node and route controllers",
  implemented: ["new nodes bear the taint of uninitialized ones until they have their provider id and the labels of instance type, zone and region", "NetworkUnavailable is False once a node has its route"],
  notImplemented: ["addresses from the cloud: the kubelet reports the same", "routes themselves: the overlay needs none, so none can be missing", "labels of instances that change later"],
} as const;
