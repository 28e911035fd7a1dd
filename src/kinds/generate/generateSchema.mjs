// Reads the typed models of Kubernetes' official JavaScript client (package kubernetes-models), merges what schemaTable.mjs knows beyond them, and writes
//   ../generated/schemaData.ts         the compact schema of every built-in kind
//   ../generated/schemaDescriptions.ts its descriptions, apart because they are ten times as large
// The format of the compact text is read by src/apimachinery/schema/compile.ts. Skipped when no input changed; same inputs, same bytes.
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, readdirSync, renameSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const here = dirname(fileURLToPath(import.meta.url));
const target = join(here, "..", "generated");
const modelsFolder = join(here, "..", "..", "..", "node_modules", "kubernetes-models");

const stampOf = () => {
  const hash = createHash("sha256");
  for (const file of readdirSync(here).filter((name) => name.endsWith(".mjs")).sort()) hash.update(file).update(readFileSync(join(here, file)));
  return hash.update(readFileSync(join(modelsFolder, "package.json"))).digest("hex");
};
const stamp = stampOf();
const stampFile = join(target, "stamp.txt");
const upToDate = existsSync(stampFile) && readFileSync(stampFile, "utf8") === stamp && existsSync(join(target, "schemaData.ts")) && existsSync(join(target, "schemaDescriptions.ts"));
if (!upToDate) await generate();

async function generate() {
  const table = await import("./schemaTable.mjs");
  const values = await import("./schemaValues.mjs");
  const { packages, prefixes, stale, corePackage, metaPackage, isServed } = await import("./schemaPackages.mjs");
  const used = new Set();

  // ── Names ──
  const owners = new Map(); // "<version> <Name>" -> packages
  for (const [name, list] of Object.entries(packages)) {
    const version = name === metaPackage ? "v1" : name.slice(name.lastIndexOf(".") + 1);
    for (const type of list) {
      const key = `${version} ${type}`;
      owners.set(key, [...(owners.get(key) ?? []), name]);
    }
  }
  const shape = /^([A-Z][a-z]+)?(V\d+(?:(?:alpha|beta)\d+)?)([A-Z].*)$/;
  /** Where several packages of one version share a name without a prefix in the model, the models give the name to the first of these. */
  function definitionName(model) {
    if (model === "VersionInfo") return "io.k8s.apimachinery.pkg.version.Info";
    if (stale.has(model)) return null;
    const found = shape.exec(model);
    if (found === null) return null;
    const [, prefix, versionText, name] = found;
    const version = versionText.toLowerCase();
    if (prefix !== undefined && prefixes[prefix] !== undefined) return `${prefixes[prefix]}.${version}.${name}`;
    const candidates = owners.get(`${version} ${name}`);
    if (candidates !== undefined) return `${candidates.find((each) => !modelNames.has(prefixedModel(each, versionText, name))) ?? candidates[0]}.${name}`;
    return version === "v1" ? `${corePackage}.${name}` : null;
  }
  function prefixedModel(packageName, versionText, name) {
    const group = packageName.slice(0, packageName.lastIndexOf("."));
    const prefix = Object.keys(prefixes).find((each) => prefixes[each] === group);
    return `${prefix}${versionText}${name}`;
  }

  // ── Reading ──
  const folder = join(modelsFolder, "dist", "gen", "models");
  const files = readdirSync(folder).filter((name) => name.endsWith(".js") && name !== "all.js" && name !== "ObjectSerializer.js").map((name) => name.slice(0, -3)).sort();
  const modelNames = new Set(files);
  const models = new Map();
  for (const model of files) {
    const name = definitionName(model);
    if (name !== null) models.set(model, { name, ...readModel(folder, model) });
  }

  // ── Only what a served kind reaches: the package also has models of versions that are gone ──
  const isKind = (model) => model.fields.some((field) => field.name === "kind") && model.fields.some((field) => field.name === "apiVersion");
  const packageOf = (name) => name.slice(0, name.lastIndexOf("."));
  function reachedFrom(isRoot) {
    const reached = new Set();
    const queue = [...models.keys()].filter((key) => isRoot(models.get(key)));
    while (queue.length > 0) {
      const key = queue.pop();
      if (reached.has(key)) continue;
      reached.add(key);
      for (const field of models.get(key).fields) for (const other of referenced(field.type)) if (models.has(other)) queue.push(other);
    }
    return [...reached].map((key) => models.get(key));
  }
  const emptyTypes = Object.values(table.emptyTypes).map((each) => ({ ...each, fields: [] }));
  const isRoot = (model) => isKind(model) || model.name.startsWith(metaPackage) || model === models.get("VersionInfo");
  const sorted = (list) => list.sort((a, b) => (a.name < b.name ? -1 : a.name > b.name ? 1 : 0));
  /** The tables may speak of any of these; the others are those that are written. */
  const known = sorted([...reachedFrom(isRoot), ...emptyTypes]);
  const definitions = sorted([...reachedFrom((model) => isRoot(model) && isServed(packageOf(model.name))), ...emptyTypes.filter((each) => isServed(packageOf(each.name)))]);
  const indexOf = new Map(definitions.map((definition, at) => [definition.name, at]));
  const reference = (name) => `@${(indexOf.get(name) ?? 0).toString(36)}`;

  // ── Writing ──
  const shortOf = (name) => name.replace(/^io\.k8s\.(api\.|apimachinery\.pkg\.apis\.|apiextensions-apiserver\.pkg\.apis\.|kube-aggregator\.pkg\.apis\.)?/, "");
  const bareOf = (name) => name.slice(name.lastIndexOf(".") + 1);
  /** A table speaks of "<group>.<version>.<Type>.<field>", "<Type>.<field>" or "*.<field>". */
  const inSet = (set, name, field) => {
    for (const key of [`${shortOf(name)}.${field}`, `${bareOf(name)}.${field}`, `*.${field}`]) {
      if (set.has(key)) {
        used.add(key);
        return true;
      }
    }
    return false;
  };
  const inMap = (map, name, field) => {
    for (const key of [`${shortOf(name)}.${field}`, `${bareOf(name)}.${field}`]) {
      if (Object.hasOwn(map, key)) {
        used.add(key);
        return map[key];
      }
    }
    return undefined;
  };
  const keyed = new Map();
  for (const entry of table.keyedLists) for (const field of entry.fields) keyed.set(field, entry);

  const anyCodes = { rawExtension: "x", fieldsV1: "F", json: "r", schemaOrBool: "O", schemaOrArray: "P", schemaOrStrings: "Q" };
  function typeCode(definition, field, type = field.type) {
    const list = /^Array<(.*)>$/.exec(type);
    if (list !== null) return `[${typeCode(definition, field, list[1])}`;
    const map = /^\{ \[key: string\]: (.*); \}$/.exec(type);
    if (map !== null) return `{${typeCode(definition, field, map[1])}`;
    if (type === "string") {
      if (inSet(table.quantities, definition.name, field.name)) return "q";
      return field.format === "byte" ? "y" : "s";
    }
    if (type === "number") return field.format === "int64" ? "l" : field.format === "double" ? "d" : "i";
    if (type === "boolean") return "b";
    if (type === "Date") return "t";
    if (type === "V1MicroTime") return "u";
    if (type === "IntOrString") return "o";
    const empty = type === "any" ? inMap(table.emptyTypes, definition.name, field.name) : undefined;
    if (empty !== undefined) return reference(empty.name);
    if (type === "any") return anyCodes[inMap(table.anyTypes, definition.name, field.name)] ?? "r";
    const other = models.get(type);
    if (other === undefined) throw new Error(`${definition.name}.${field.name}: unknown type ${type}`);
    return reference(other.name);
  }
  function listAttributes(definition, field) {
    const { name } = definition;
    const entry = keyed.get(`${shortOf(name)}.${field.name}`) ?? keyed.get(`${bareOf(name)}.${field.name}`);
    const isItems = field.name === "items" && name.endsWith("List");
    let out = "";
    if (entry !== undefined) {
      used.add(`${bareOf(name)}.${field.name}`);
      out = `;m${entry.keys.join(",")}`;
      if (entry.merge !== undefined) out += `;p${entry.merge}`;
      if (entry.retainKeys === true) out += ";r";
    } else if (isItems || inSet(table.untypedLists, name, field.name)) out = ";n";
    else if (inSet(table.setLists, name, field.name)) out = ";s";
    const merged = inMap(table.mergedLists, name, field.name);
    return merged === undefined ? out : `${out};p${merged}`;
  }
  function fieldText(definition, field) {
    const { name } = definition;
    const type = typeCode(definition, field);
    let out = `${field.name}=${type}`;
    if (type.startsWith("[")) out += listAttributes(definition, field);
    if (inSet(table.atomicFields, name, field.name)) out += ";A";
    if (inSet(table.granularFields, name, field.name)) out += ";G";
    if (inSet(table.atomicBytes, name, field.name)) out += ";A";
    const strategy = inMap(table.objectStrategies, name, field.name);
    if (strategy !== undefined) out += strategy === "retainKeys" ? ";r" : ";R";
    const required = !field.optional;
    if (required) out += ";!";
    if (inSet(table.alwaysPresent, name, field.name) && !(field.name === "metadata" && !type.startsWith("@"))) out += ";^";
    else if (required && !inSet(table.nullable, name, field.name)) out += ";^";
    if (inSet(table.nullWhenAbsent, name, field.name)) out += ";0";
    if (!required && /^[silb]/.test(type) && !values.isBooleanPointer(`${bareOf(name)}.${field.name}`) && inSet(values.droppedWhenZero(type), name, field.name)) out += ";z";
    if (!required && type === "s" && !inSet(values.stringPointers, name, field.name)) out += ";z";
    if (!required && /^[[{]/.test(type) && !inSet(values.keptWhenEmpty, name, field.name)) out += ";z";
    return out;
  }
  const packageNames = [...new Set(definitions.map((each) => packageOf(each.name)))];
  const lines = [packageNames.join(" ")];
  const descriptions = {};
  for (const definition of known) {
    const { name } = definition;
    const cut = name.lastIndexOf(".");
    const bare = name.slice(cut + 1);
    const short = shortOf(name);
    const atomic = table.atomicTypes.has(bare) ? bare : table.atomicTypes.has(short) ? short : null;
    if (atomic !== null) used.add(atomic);
    const line = [`${packageNames.indexOf(name.slice(0, cut)).toString(36)} ${bare}${atomic === null ? "" : " A"}`, ...definition.fields.map((field) => fieldText(definition, field))].join("\t");
    if (!indexOf.has(name)) continue;
    lines.push(line);
    descriptions[name] = [definition.description, ...definition.fields.map((field) => field.description)];
  }
  const unions = {};
  for (const [key, union] of Object.entries(table.unions)) {
    for (const { name } of known) {
      if (bareOf(name) === key || shortOf(name) === key) {
        if (indexOf.has(name)) unions[name] = union;
        used.add(key);
      }
    }
  }
  const resolved = (source) => {
    const out = {};
    for (const { name, fields } of known) {
      for (const field of fields) {
        const value = inMap(source, name, field.name);
        if (value !== undefined && indexOf.has(name)) (out[name] ??= {})[field.name] = value;
      }
    }
    return out;
  };
  const data = { definitions: lines.join("\n"), unions, defaults: resolved(values.defaults), enums: resolved(values.enums) };

  const spokenOf = [
    ...table.untypedLists, ...table.setLists, ...keyed.keys(), ...Object.keys(table.mergedLists), ...Object.keys(table.objectStrategies), ...table.atomicTypes, ...table.atomicFields,
    ...table.granularFields, ...table.quantities, ...Object.keys(table.unions), ...Object.keys(values.defaults), ...Object.keys(values.enums), ...values.all,
    ...table.alwaysPresent, ...table.nullable, ...table.nullWhenAbsent,
  ];
  const unknown = [...new Set(spokenOf.filter((key) => !used.has(key)))];
  if (unknown.length > 0) throw new Error(`the schema table names what no model has: ${unknown.join(" ")}`);

  mkdirSync(target, { recursive: true });
  write("schemaData.ts", `// Written by src/kinds/generate/generateSchema.mjs.\nexport const schemaText: string = ${JSON.stringify(JSON.stringify(data))};\n`);
  write("schemaDescriptions.ts", `// Written by src/kinds/generate/generateSchema.mjs. Load it lazily.\nexport const descriptionsText: string = ${JSON.stringify(JSON.stringify(descriptions))};\n`);
  write("stamp.txt", stamp);
}

/** Renamed into place, so that a reader never sees half a file. */
function write(name, text) {
  const file = join(target, name);
  writeFileSync(`${file}.${process.pid}`, text);
  renameSync(`${file}.${process.pid}`, file);
}

function referenced(type) {
  return type.match(/[A-Z][A-Za-z0-9]*/g)?.filter((word) => word !== "Array" && word !== "Date") ?? [];
}

function readModel(folder, model) {
  const code = readFileSync(join(folder, `${model}.js`), "utf8");
  const types = readFileSync(join(folder, `${model}.d.ts`), "utf8");
  const map = /\.attributeTypeMap = (\[[\s\S]*?\n\]);/.exec(code);
  const attributes = map === null ? [] : JSON.parse(map[1]);
  const description = /\/\*\*\n((?:(?!\*\/)[^])*)\*\/\nexport declare class/.exec(types);
  const comments = new Map();
  for (const found of types.matchAll(/(?:\/\*\*\n((?:(?!\*\/)[^])*)\*\/\n\s*)?'([^']+)'(\?)?: /g)) comments.set(found[2], { description: comment(found[1]), optional: found[3] === "?" });
  const fields = attributes.map(({ baseName, name, type, format }) => {
    const declared = comments.get(name) ?? comments.get(baseName);
    if (declared === undefined) throw new Error(`${model}: ${name} is not declared`);
    return { name: baseName, type, format, optional: declared.optional, description: declared.description };
  });
  return { description: comment(description?.[1]), fields };
}

function comment(text) {
  if (text === undefined) return "";
  return text.split("\n").map((line) => line.replace(/^\s*\* ?/, "")).join("\n").trim().replace(/\\(['"`])/g, "$1");
}
