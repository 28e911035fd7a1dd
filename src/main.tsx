import { startWorkerLink } from "./ui/engine/workerLink.ts";
import { speakChosen } from "./ui/language/choice.ts";

const link = startWorkerLink();
// The page's tables of texts are made as its modules load, so the language comes before them.
await speakChosen();
const { startPage } = await import("./ui/app/startPage.tsx");
startPage(link);
