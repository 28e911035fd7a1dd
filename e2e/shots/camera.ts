import { mkdirSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { expect, type Page } from "@playwright/test";
import { OrreryPage } from "../journeys/page.ts";

const folder = fileURLToPath(new URL("../../.cache/shots-pictures", import.meta.url));
const usual = { width: 1366, height: 768 };
const every = [usual, { width: 1920, height: 1080 }].flatMap((size) => (["dark", "light"] as const).map((theme) => ({ size, theme, name: `${size.width}-${theme}` })));
/** `SHOTS=1366-dark,1920-light`: these alone. */
const wanted = process.env["SHOTS"]?.split(",");
const kinds = every.filter(({ name }) => wanted === undefined || wanted.includes(name));

/** Takes each view at each size and in each theme: `.cache/shots-pictures/<size>-<theme>/<view>.png`. */
export class Camera extends OrreryPage {
  readonly #group: string;
  #count = 0;
  #fetching = 0;

  constructor(page: Page, group: string) {
    super(page);
    this.#group = group;
    page.on("request", () => this.#fetching++);
    page.on("requestfinished", () => this.#fetching--);
    page.on("requestfailed", () => this.#fetching--);
  }

  /** `atRest`: false where something is on its way for as long as the picture shall show it. */
  async take(view: string, atRest = true): Promise<void> {
    const number = String(++this.#count).padStart(2, "0");
    for (const { size, theme, name } of kinds) {
      await this.page.setViewportSize(size);
      await this.page.emulateMedia({ colorScheme: theme, reducedMotion: "reduce" });
      if (atRest) await this.drawn();
      mkdirSync(`${folder}/${name}`, { recursive: true });
      await this.page.screenshot({ path: `${folder}/${name}/${this.#group}-${number}-${view.replaceAll(" ", "-")}.png` });
    }
    await this.page.setViewportSize(usual);
  }

  /** What is fetched when it is first shown has come, and is drawn. */
  async drawn(): Promise<void> {
    const frames = () => this.page.evaluate(() => new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve))));
    await frames();
    await expect.poll(() => this.#fetching).toBe(0);
    await expect(this.page.getByText(/ (is|are) on (its|their) way\.$/)).toHaveCount(0);
    await frames();
  }

  lens(name: string): Promise<void> {
    return this.page.getByRole("tablist", { name: "Lens" }).getByRole("tab", { name }).click();
  }

  dock(name: string): Promise<void> {
    return this.page.getByRole("tab", { name, exact: true }).last().click();
  }

  async command(words: string): Promise<void> {
    await this.page.keyboard.press("Control+K");
    await this.page.getByRole("combobox", { name: "Search or run" }).fill(words);
    await this.page.keyboard.press("Enter");
  }

  async type(line: string): Promise<void> {
    const field = this.page.getByRole("textbox", { name: "Terminal" });
    await field.fill(line);
    await field.press("Enter");
  }

  /** Chooses an item of the graph by what the search finds first. */
  async find(words: string): Promise<void> {
    const field = this.page.getByRole("searchbox", { name: "Find in graph" });
    await field.fill(words);
    await field.press("Enter");
    await field.fill("");
    await this.page.evaluate(() => (document.activeElement as HTMLElement | null)?.blur());
  }
}
