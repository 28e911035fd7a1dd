import { describe, expect, it } from "vitest";
import { element, escaped, fitted } from "./svgText.ts";

describe("the saved graph's text", () => {
  it("is text, whatever it holds", () => {
    expect(escaped('<img src=x onerror="alert(1)"> & \u0000')).toBe("&lt;img src=x onerror=&quot;alert(1)&quot;&gt; &amp; \ufffd");
    expect(element("text", { x: 1.2345, fill: '"><script>', title: null }, escaped("</text>"))).toBe('<text x="1.23" fill="&quot;&gt;&lt;script&gt;">&lt;/text&gt;</text>');
    expect(element("rect", { x: 0 })).toBe('<rect x="0"/>');
  });
  it("is cut where its box ends", () => {
    const measure = (text: string): number => text.length;
    expect(fitted("web-7d9c", 8, measure)).toBe("web-7d9c");
    expect(fitted("web-7d9c", 5, measure)).toBe("web-…");
    expect(fitted("web", 0, measure)).toBe("…");
  });
});
