import { describe, expect, it } from "vitest";
import type { Json } from "../../../base/json.ts";
import { kindByPlural } from "../../index.ts";
import type { KindDefinition } from "../../define.ts";
import { faultsOf, made, updateFaults } from "../../testing/faults.ts";
import type { ResourceQuota } from "./types.ts";

const kind = kindByPlural("", "resourcequotas") as KindDefinition;
const body = (spec: Json, status: Json = {}): Json => ({ apiVersion: "v1", kind: "ResourceQuota", metadata: { name: "q" }, spec, status });
const selector = (...matchExpressions: readonly Json[]): Json => ({ hard: { pods: "1" }, scopeSelector: { matchExpressions } });
const at = "spec.scopeSelector.matchExpressions";

describe("a quota is refused", () => {
  it.each([
    ["a negative amount", { hard: { pods: "-1" } }, ['spec.hard[pods]: Invalid value: "-1": must be greater than or equal to 0']],
    ["part of an object", { hard: { "count/deployments.apps": "500m", "services.nodeports": "1500m" } }, ['spec.hard[count/deployments.apps]: Invalid value: "500m": must be an integer', 'spec.hard[services.nodeports]: Invalid value: "1500m": must be an integer']],
    ["a scope that its resource cannot have", { hard: { services: "1", "requests.cpu": "1" }, scopes: ["BestEffort"] }, ['spec.scopes: Invalid value: ["BestEffort"]: unsupported scope applied to resource', 'spec.scopes: Invalid value: ["BestEffort"]: unsupported scope applied to resource']],
    ["a scope of volumes for pods", { hard: { pods: "1" }, scopeSelector: { matchExpressions: [{ scopeName: "VolumeAttributesClass", operator: "Exists" }] } }, [`${at}: Invalid value: {"MatchExpressions":[{"ScopeName":"VolumeAttributesClass","Operator":"Exists","Values":null}]}: unsupported scope applied to resource`]],
    ["values where there are none", selector({ scopeName: "PriorityClass", operator: "Exists", values: ["a"] }), [`${at}.values: Invalid value: ["a"]: must be no value when \`operator\` is 'Exist' or 'DoesNotExist' for scope selector`]],
    ["an operator of nobody's", selector({ scopeName: "PriorityClass", operator: "Like" }), [`${at}.operator: Invalid value: "Like": not a valid selector operator`]],
    ["values of a scope that has none", selector({ scopeName: "Terminating", operator: "In", values: ["a"] }), [
      `${at}.operator: Invalid value: "In": must be 'Exist' when scope is any of ResourceQuotaScopeTerminating, ResourceQuotaScopeNotTerminating, ResourceQuotaScopeBestEffort, ResourceQuotaScopeNotBestEffort or ResourceQuotaScopeCrossNamespacePodAffinity`,
    ]],
    ["opposites", selector({ scopeName: "Terminating", operator: "Exists" }, { scopeName: "NotTerminating", operator: "Exists" }), [`${at}: Invalid value: null: conflicting scopes`]],
    ["what only sounds like a scope", selector({ scopeName: "constructor", operator: "Exists" }), [`${at}.scopeName: Invalid value: "constructor": unsupported scope`]],
  ] as readonly [string, Json, readonly string[]][])("for %s", (_what, spec, expected) => {
    expect(faultsOf(kind, body(spec))).toEqual(expected);
  });
});

it("takes huge pages, devices, classes of storage and every scope", () => {
  expect(faultsOf(kind, body({ hard: { "requests.hugepages-2Mi": "1Gi", "hugepages-1Gi": "1Gi", "requests.nvidia.com/gpu": "4", "gold.storageclass.storage.k8s.io/requests.storage": "1Ti", "count/widgets.example.com": "3" } }))).toEqual([]);
  expect(faultsOf(kind, body({ hard: { pods: "1" }, scopes: ["NotBestEffort", "Terminating", "CrossNamespacePodAffinity"] }))).toEqual([]);
});

it("keeps its scopes and its status apart from updates of the rest", () => {
  const quota = made<ResourceQuota>(kind, body({ hard: { pods: "1" } }, { hard: { pods: "9" } }));
  expect(quota.status).toEqual({});
  expect(updateFaults(kind, quota, (object) => ({ ...object, spec: { hard: { pods: "2" }, scopes: ["BestEffort"] } }))).toEqual(['spec.scopes: Invalid value: ["BestEffort"]: field is immutable']);
  expect(kind.strategy.prepareForUpdate({ ...quota, status: { used: {} } } as ResourceQuota, quota)).toMatchObject({ status: {} });
  expect(updateFaults(kind, quota, (object) => ({ ...object, status: { hard: { pods: "1.5" } } }), "status")).toEqual(['status.hard[pods]: Invalid value: "1.5": must be an integer']);
});

it("prints limits apart from the rest, and warns when it is used up", () => {
  const quota = { ...made<ResourceQuota>(kind, body({})), status: { hard: { "limits.cpu": "2", pods: "3", "count/pods": "4" }, used: { pods: "3", "limits.cpu": "500m" } } };
  expect(kind.columns.slice(1, 3).map((column) => column.cell(quota, 0))).toEqual(["count/pods: 0/4, pods: 3/3", "limits.cpu: 500m/2"]);
  expect([kind.graph.health(quota), kind.graph.sentence(quota)]).toEqual(["warning", "Used up: pods; whatever needs more is refused."]);
});
