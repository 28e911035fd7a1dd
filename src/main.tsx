import { startPage } from "./ui/app/startPage.tsx";
import { startWorkerLink } from "./ui/engine/workerLink.ts";

startPage(startWorkerLink());
