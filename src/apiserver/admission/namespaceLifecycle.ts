import { forbiddenStatus, notFound } from "../../apimachinery/statusErrors.ts";
import { refuse } from "../requestContext.ts";
import { refusedName, type Admission, type AdmissionPlugin } from "./define.ts";

const immortal = new Set(["default", "kube-system", "kube-public"]);

/** Nothing begins in a namespace that is missing or ending. Follows plugin/namespace/lifecycle/admission.go. */
export const namespaceLifecycle: AdmissionPlugin = { name: "NamespaceLifecycle", implemented: true, mutate: admit };

function admit({ rc, target, operation, object, old }: Admission): NonNullable<Admission["object"]> {
  const same = object ?? old;
  if (same === null) throw new Error("an admission without an object");
  const { resource } = target;
  if (operation === "DELETE" && resource.id === namespaces && immortal.has(target.name)) {
    refuse(forbiddenStatus({ group: "", resource: namespaces }, target.name, "this namespace may not be deleted"));
  }
  if (operation !== "CREATE" || !resource.namespaced || resource.id === namespaces || resource.kind.virtual === true) return same;
  const collection = rc.server.resources.get(namespaces);
  const namespace = collection === null ? null : rc.server.cache.get(collection, target.namespace);
  if (namespace === null) refuse(notFound({ group: "", resource: namespaces }, target.namespace));
  if (namespace.metadata.deletionTimestamp !== undefined) {
    const text = `unable to create new content in namespace ${target.namespace} because it is being terminated`;
    const answer = forbiddenStatus({ group: resource.group, resource: resource.plural }, refusedName(object), text);
    const cause = { reason: "NamespaceTerminating", message: `namespace ${target.namespace} is being terminated`, field: "metadata.namespace" };
    const details = answer.body["details"] as object;
    refuse({ code: answer.code, body: { ...answer.body, details: { ...details, causes: [cause] } } });
  }
  return same;
}

const namespaces = "namespaces";
