import type * as Monaco from "monaco-editor/editor/editor.api.js";
import { apiVersions, describeField, fieldsOf, kindNames, mappingAt, type FieldHelp } from "./schemaHelp.ts";
import { cursorPath, documentHead } from "./yamlPath.ts";

type Api = typeof Monaco;

function insertText(field: FieldHelp, indent: string): string {
  if (field.opens === "mapping") return `${field.name}:\n${indent}  $0`;
  if (field.opens === "list") return `${field.name}:\n${indent}  - $0`;
  return `${field.name}: $0`;
}

/** What may be written at a place: fields that are not there yet, or the values that a field takes. */
export function completions(api: Api, model: Monaco.editor.ITextModel, position: Monaco.Position): Monaco.languages.CompletionItem[] {
  const lines = model.getLinesContent();
  const line = position.lineNumber - 1;
  const cursor = cursorPath(lines, line, position.column - 1);
  const head = documentHead(lines, line);
  const word = model.getWordUntilPosition(position);
  const range = new api.Range(position.lineNumber, word.startColumn, position.lineNumber, word.endColumn);
  const value = (label: string): Monaco.languages.CompletionItem => ({ label, kind: api.languages.CompletionItemKind.EnumMember, insertText: label, range });
  if (cursor.valueOf !== null) {
    if (cursor.path.length === 0 && cursor.valueOf === "kind") return kindNames(head.apiVersion).map(value);
    if (cursor.path.length === 0 && cursor.valueOf === "apiVersion") {
      const text = lines[line] ?? "";
      const from = text.indexOf(":") + 2;
      return apiVersions().map((label) => ({ ...value(label), range: new api.Range(position.lineNumber, Math.min(from + 1, position.column), position.lineNumber, position.column) }));
    }
    const schema = mappingAt(head.apiVersion, head.kind, cursor.path);
    const field = schema?.fields.get(cursor.valueOf);
    return schema === null || schema === undefined || field === undefined ? [] : (fieldsOf(schema, false).find(({ name }) => name === cursor.valueOf)?.enum ?? []).map(value);
  }
  const schema = mappingAt(head.apiVersion, head.kind, cursor.path);
  if (schema === null) {
    return cursor.path.length === 0 ? ["apiVersion", "kind", "metadata", "spec"].filter((name) => !cursor.siblings.has(name)).map((name) => ({ label: name, kind: api.languages.CompletionItemKind.Property, insertText: `${name}: `, range })) : [];
  }
  const indent = " ".repeat(cursor.indent);
  return fieldsOf(schema, cursor.path.length === 0)
    .filter(({ name }) => !cursor.siblings.has(name))
    .map((field) => ({
      label: field.name,
      kind: field.opens === "scalar" ? api.languages.CompletionItemKind.Property : api.languages.CompletionItemKind.Module,
      detail: `${field.type}${field.required ? ", required" : ""}`,
      sortText: `${field.required ? 0 : 1}${field.name}`,
      insertText: insertText(field, indent),
      insertTextRules: api.languages.CompletionItemInsertTextRule.InsertAsSnippet | api.languages.CompletionItemInsertTextRule.KeepWhitespace,
      range,
      // An enum or a nested field can be completed at once.
      ...(field.opens === "scalar" && field.enum.length === 0 ? {} : { command: { id: "editor.action.triggerSuggest", title: "Suggest" } }),
    }));
}

/** The official description of the field under the pointer. */
export async function hover(api: Api, model: Monaco.editor.ITextModel, position: Monaco.Position): Promise<Monaco.languages.Hover | null> {
  const lines = model.getLinesContent();
  const line = position.lineNumber - 1;
  const text = lines[line] ?? "";
  const match = /^(\s*(?:- )*)([A-Za-z][\w./-]*)\s*:/.exec(text);
  if (match === null) return null;
  const from = (match[1] ?? "").length;
  const key = match[2] ?? "";
  if (position.column - 1 < from || position.column - 1 > from + key.length) return null;
  const cursor = cursorPath(lines, line, from + key.length);
  const head = documentHead(lines, line);
  const schema = mappingAt(head.apiVersion, head.kind, cursor.path);
  const field = schema?.fields.get(key);
  if (schema === null || field === undefined) return null;
  const help = fieldsOf(schema, false).find(({ name }) => name === key);
  const description = await describeField(schema, key);
  return {
    range: new api.Range(position.lineNumber, from + 1, position.lineNumber, from + key.length + 1),
    contents: [
      { value: `**${[...cursor.path, key].join(".")}** \`${help?.type ?? ""}\`${field.required ? " required" : ""}` },
      { value: description.replace(/[<>]/g, (letter) => `\\${letter}`) },
      ...(help !== undefined && help.enum.length > 0 ? [{ value: help.enum.map((one) => `\`${one}\``).join(" · ") }] : []),
    ],
  };
}
