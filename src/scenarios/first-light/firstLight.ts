import { loadScenario } from "../define.ts";
import deployment from "./manifests/deployment.yaml?raw";
import ingress from "./manifests/ingress.yaml?raw";
import service from "./manifests/service.yaml?raw";
import scenario from "./scenario.yaml?raw";

export const firstLight = loadScenario(scenario, { "deployment.yaml": deployment, "service.yaml": service, "ingress.yaml": ingress });
