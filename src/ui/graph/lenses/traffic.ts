import type { GraphFact } from "../../../hosts/protocol.ts";
import { t } from "../../language/text.ts";
import { internetId } from "../../selectors/trafficModel.ts";
import { atMost, type LensDefinition, type LensItem } from "../lens.ts";
import { InternetBox, RouterBox, ServiceBox, VacantBox } from "./trafficBoxes.tsx";

const routerHead = 76;
const ruleRow = 19;
const mostBoxes = 14;

function routerItem(fact: GraphFact): LensItem {
  const rules = fact.summary.tier === "edge" ? fact.summary.rules.length : 1;
  return { id: fact.uid, type: "router", height: routerHead + ruleRow * Math.max(1, rules), name: `${fact.ref.gvk.kind} ${fact.ref.namespace}/${fact.ref.name}`, fact };
}

/** Internet -> ingress -> services -> pods on their nodes, with the requests on their way. */
export const trafficLens: LensDefinition = {
  id: "traffic",
  picture({ model }) {
    const { routers, services, endpoints } = model;
    const nothing = routers.length + services.length === 0 && model.nodes.length > 0;
    const vacant = (kind: string): LensItem => ({ id: `vacant-${kind.toLowerCase()}`, type: "vacant", height: 64, name: t`no ${kind} yet`, data: kind });
    const serviceItem = (fact: GraphFact): LensItem => {
      const { ready = 0, total = 0 } = endpoints.get(fact.uid) ?? {};
      return { id: fact.uid, type: "service", height: 78, name: t`Service ${fact.ref.namespace}/${fact.ref.name}, ${ready} of ${total} endpoints ready`, fact };
    };
    return {
      columns: [
        { x: 0, width: 108, gap: 0, items: [{ id: internetId, type: "internet", height: 92, name: "internet" }] },
        { x: 146, width: 148, gap: 18, items: nothing ? [vacant("Ingress")] : atMost(routers.map(routerItem), mostBoxes, "routers") },
        { x: 332, width: 140, gap: 22, items: nothing ? [vacant("Service")] : atMost(services.map(serviceItem), mostBoxes, "services") },
      ],
      wires: model.wires,
    };
  },
  boxes: { internet: InternetBox, router: RouterBox, service: ServiceBox, vacant: VacantBox },
};
