import { startPage } from "../../app/startPage.tsx";
import { DemoEngine } from "./demoEngine.ts";

startPage(new DemoEngine());
