export interface Token {
  /** k key, s text, n number or word of the language, "" the rest. */
  readonly type: "k" | "s" | "n" | "";
  readonly text: string;
}

const keyLine = /^(\s*(?:- )*)((?:"[^"]*"|'[^']*'|[^\s#:"'][^#:]*?))(:)(?=\s|$)(.*)$/;
const itemLine = /^(\s*(?:- )+)(.*)$/;

function valueTokens(text: string): Token[] {
  const value = text.trim();
  if (value === "") return text === "" ? [] : [{ type: "", text }];
  const word = /^(?:-?\d+(?:\.\d+)?|true|false|null|~)$/.test(value);
  return [{ type: word ? "n" : /^[{}[\]|>&*]/.test(value) ? "" : "s", text }];
}

/** Splits the YAML that the page itself wrote into coloured tokens, line by line. */
export function highlightYaml(yaml: string): Token[][] {
  return yaml.trimEnd().split("\n").map((line) => {
    const key = keyLine.exec(line);
    if (key !== null) return [{ type: "", text: key[1] ?? "" }, { type: "k", text: key[2] ?? "" }, { type: "", text: ":" }, ...valueTokens(key[4] ?? "")];
    const item = itemLine.exec(line);
    if (item !== null) return [{ type: "", text: item[1] ?? "" }, ...valueTokens(item[2] ?? "")];
    return line === "" ? [] : [{ type: "s", text: line }];
  });
}
