import { compareText } from "../../../base/compareText.ts";
import { compareCells, like, truthy, type Cell, type SqlResult, type SqlWorld, type Table } from "./cells.ts";
import { SqlError, tokenizeSql, type SqlToken } from "./tokens.ts";

const mostRows = 2_000;
const mostTables = 200;
const deepest = 100;

/** One statement. A small part of SQL: databases, tables, rows, and selects from one table. Throws SqlError with the server's words. */
export function runSql(text: string, world: SqlWorld): SqlResult {
  return new Statement(tokenizeSql(text), world).run();
}

class Statement {
  readonly #tokens: readonly SqlToken[];
  readonly #world: SqlWorld;
  #at = 0;
  #depth = 0;

  constructor(tokens: readonly SqlToken[], world: SqlWorld) {
    this.#tokens = tokens;
    this.#world = world;
  }

  run(): SqlResult {
    const verb = this.#next().text.toUpperCase();
    switch (verb) {
      case "SELECT": return this.#select();
      case "INSERT": case "REPLACE": return this.#insert();
      case "UPDATE": return this.#update();
      case "DELETE": return this.#delete();
      case "CREATE": return this.#create();
      case "DROP": return this.#drop();
      case "TRUNCATE": {
        this.#word("TABLE");
        const { database, name, table } = this.#table();
        return this.#stored(database, name, { ...table, rows: [] }, 0, "TRUNCATE TABLE");
      }
      case "USE": case "\\C": {
        const name = this.#next().text;
        if (!Object.hasOwn(this.#world.databases, name)) throw new SqlError(`Unknown database '${name}'`, 1049, "42000");
        return { ...this.#done(0, "USE"), database: name };
      }
      case "SHOW": return this.#show();
      case "DESCRIBE": case "DESC": {
        const { table } = this.#table();
        return this.#rows(["Field", "Type"], table.columns.map((column) => [column, "text"]));
      }
      case "SET": case "GRANT": case "FLUSH": case "BEGIN": case "COMMIT": case "START": case "ALTER": case "REVOKE": case "ANALYZE": case "LOCK": case "UNLOCK":
        return this.#done(0, verb);
      default:
        throw this.#syntax(this.#tokens[0]?.text ?? "");
    }
  }

  // ── Reading ──────────────────────────────────────────────────────────────

  #peek(ahead = 0): SqlToken {
    return this.#tokens[this.#at + ahead] ?? { text: "", kind: "end" };
  }
  #next(): SqlToken {
    const token = this.#peek();
    this.#at += 1;
    return token;
  }
  #word(word: string): boolean {
    if (this.#peek().kind !== "word" && this.#peek().kind !== "mark") return false;
    if (this.#peek().text.toUpperCase() !== word) return false;
    this.#at += 1;
    return true;
  }
  #eat(word: string): void {
    if (!this.#word(word)) throw this.#syntax(this.#peek().text);
  }
  #syntax(near: string): SqlError {
    return this.#world.postgres ? new SqlError(`syntax error at or near "${near}"`, 0, "42601") : new SqlError(`You have an error in your SQL syntax; check the manual that corresponds to your MySQL server version for the right syntax to use near '${near}' at line 1`, 1064, "42000");
  }

  #name(): { readonly database: string; readonly name: string } {
    const first = this.#next().text;
    const [database, name] = this.#word(".") ? [this.#next().text, ""] : ["", first];
    if (database !== "") return this.#world.postgres ? { database: this.#world.database, name: database } : { database: first, name: database };
    return { database: this.#world.database, name };
  }

  #table(): { readonly database: string; readonly name: string; readonly table: Table } {
    const { database, name } = this.#name();
    if (database === "") throw new SqlError("No database selected", 1046, "3D000");
    const tables = Object.hasOwn(this.#world.databases, database) ? this.#world.databases[database] : undefined;
    const table = tables !== undefined && Object.hasOwn(tables, name) ? tables[name] : undefined;
    if (table === undefined) throw this.#world.postgres ? new SqlError(`relation "${name}" does not exist`, 0, "42P01") : tables === undefined ? new SqlError(`Unknown database '${database}'`, 1049, "42000") : new SqlError(`Table '${database}.${name}' doesn't exist`, 1146, "42S02");
    return { database, name, table };
  }

  #column(table: Table, name: string): number {
    const at = table.columns.findIndex((column) => column.toLowerCase() === name.toLowerCase());
    if (at < 0) throw this.#world.postgres ? new SqlError(`column "${name}" does not exist`, 0, "42703") : new SqlError(`Unknown column '${name}' in 'field list'`, 1054, "42S22");
    return at;
  }

  // ── Results ──────────────────────────────────────────────────────────────

  #done(affected: number, tag: string): SqlResult {
    return { columns: null, rows: [], affected, tag, databases: this.#world.databases, database: this.#world.database, wrote: false };
  }
  #rows(columns: readonly string[], rows: readonly (readonly Cell[])[]): SqlResult {
    return { ...this.#done(rows.length, `SELECT ${rows.length}`), columns, rows };
  }
  #stored(database: string, name: string, table: Table | null, affected: number, tag: string): SqlResult {
    const tables = this.#world.databases[database] ?? {};
    const others = Object.fromEntries(Object.entries(tables).filter(([each]) => each !== name));
    if (table !== null && table.rows.length > mostRows) throw new SqlError(`The table '${name}' is full`, 1114, "HY000");
    if (Object.keys(others).length >= mostTables) throw new SqlError("Too many tables", 1114, "HY000");
    return { ...this.#done(affected, tag), databases: { ...this.#world.databases, [database]: table === null ? others : { ...others, [name]: table } }, wrote: true };
  }

  // ── Databases and tables ─────────────────────────────────────────────────

  #create(): SqlResult {
    const { databases } = this.#world;
    const kind = this.#next().text.toUpperCase();
    if (kind !== "DATABASE" && kind !== "SCHEMA" && kind !== "TABLE") return this.#done(0, `CREATE ${kind}`);
    const unless = this.#word("IF");
    if (unless) {
      this.#eat("NOT");
      this.#eat("EXISTS");
    }
    if (kind !== "TABLE") {
      const name = this.#next().text;
      if (Object.hasOwn(databases, name)) {
        if (unless) return this.#done(1, "CREATE DATABASE");
        throw this.#world.postgres ? new SqlError(`database "${name}" already exists`, 0, "42P04") : new SqlError(`Can't create database '${name}'; database exists`, 1007, "HY000");
      }
      return { ...this.#done(1, "CREATE DATABASE"), databases: { ...databases, [name]: {} }, wrote: true };
    }
    const { database, name } = this.#name();
    if (database === "") throw new SqlError("No database selected", 1046, "3D000");
    if (!Object.hasOwn(databases, database)) throw new SqlError(`Unknown database '${database}'`, 1049, "42000");
    if (Object.hasOwn(databases[database] ?? {}, name)) {
      if (unless) return this.#done(0, "CREATE TABLE");
      throw this.#world.postgres ? new SqlError(`relation "${name}" already exists`, 0, "42P07") : new SqlError(`Table '${name}' already exists`, 1050, "42S01");
    }
    this.#eat("(");
    const columns: string[] = [];
    const counted: string[] = [];
    while (this.#peek().kind !== "end" && !this.#word(")")) {
      const column = this.#next();
      let depth = 0;
      let counts = false;
      for (; this.#peek().kind !== "end" && (depth > 0 || (this.#peek().text !== "," && this.#peek().text !== ")")); this.#at++) {
        if (this.#peek().text === "(") depth += 1;
        if (this.#peek().text === ")") depth -= 1;
        if (/^(AUTO_INCREMENT|(BIG|SMALL)?SERIAL)$/i.test(this.#peek().text)) counts = true;
      }
      this.#word(",");
      if (column.kind === "word" && /^(PRIMARY|KEY|UNIQUE|CONSTRAINT|INDEX|FOREIGN|CHECK)$/i.test(column.text)) continue;
      columns.push(column.text);
      if (counts) counted.push(column.text);
    }
    return this.#stored(database, name, { columns, counted, rows: [], next: 1 }, 0, "CREATE TABLE");
  }

  #drop(): SqlResult {
    const kind = this.#next().text.toUpperCase();
    const lenient = this.#word("IF");
    if (lenient) this.#eat("EXISTS");
    if (kind === "TABLE") {
      try {
        const { database, name } = this.#table();
        return this.#stored(database, name, null, 0, "DROP TABLE");
      } catch (error) {
        if (lenient && error instanceof SqlError) return this.#done(0, "DROP TABLE");
        throw error;
      }
    }
    const name = this.#next().text;
    if (!Object.hasOwn(this.#world.databases, name)) {
      if (lenient) return this.#done(0, "DROP DATABASE");
      throw new SqlError(`Can't drop database '${name}'; database doesn't exist`, 1008, "HY000");
    }
    return { ...this.#done(0, "DROP DATABASE"), databases: Object.fromEntries(Object.entries(this.#world.databases).filter(([each]) => each !== name)), wrote: true };
  }

  #show(): SqlResult {
    const what = this.#next().text.toUpperCase();
    const { databases, database } = this.#world;
    if (what === "DATABASES" || what === "SCHEMAS") return this.#rows(["Database"], Object.keys(databases).sort(compareText).map((name) => [name]));
    if (what === "TABLES") {
      if (database === "") throw new SqlError("No database selected", 1046, "3D000");
      return this.#rows([`Tables_in_${database}`], Object.keys(databases[database] ?? {}).sort(compareText).map((name) => [name]));
    }
    const value = this.#world.value(`show ${what.toLowerCase()}`);
    return this.#rows(["Variable_name", "Value"], value === undefined ? [] : [[what.toLowerCase(), value]]);
  }

  // ── Rows ─────────────────────────────────────────────────────────────────

  #insert(): SqlResult {
    this.#word("IGNORE");
    this.#word("INTO");
    const { database, name, table } = this.#table();
    let named = table.columns;
    if (this.#word("(")) {
      const list: string[] = [];
      while (!this.#word(")")) {
        list.push(this.#next().text);
        if (!this.#word(",") && this.#peek().text !== ")") throw this.#syntax(this.#peek().text);
      }
      named = list;
    }
    if (!this.#word("VALUES") && !this.#word("VALUE")) throw this.#syntax(this.#peek().text);
    const places = named.map((column) => this.#column(table, column));
    const rows = [...table.rows];
    let { next } = table;
    let added = 0;
    do {
      this.#eat("(");
      const values: Cell[] = [];
      while (!this.#word(")")) {
        values.push(this.#expression(null, null));
        if (!this.#word(",") && this.#peek().text !== ")") throw this.#syntax(this.#peek().text);
      }
      if (values.length !== places.length) throw this.#world.postgres ? new SqlError("INSERT has more expressions than target columns", 0, "42601") : new SqlError("Column count doesn't match value count at row 1", 1136, "21S01");
      const row: Cell[] = table.columns.map(() => null);
      for (const [at, value] of values.entries()) row[places[at] ?? 0] = value;
      for (const column of table.counted) {
        const at = this.#column(table, column);
        const given = row[at];
        if (given === null || given === undefined) row[at] = next;
        next = Math.max(next, Number(row[at])) + 1;
      }
      rows.push(row);
      added += 1;
    } while (this.#word(","));
    return this.#stored(database, name, { ...table, rows, next }, added, `INSERT 0 ${added}`);
  }

  #update(): SqlResult {
    const { database, name, table } = this.#table();
    this.#eat("SET");
    const sets: { readonly at: number; readonly from: number }[] = [];
    do {
      const at = this.#column(table, this.#next().text);
      this.#eat("=");
      sets.push({ at, from: this.#at });
      this.#expression(table, table.rows[0] ?? table.columns.map(() => null));
    } while (this.#word(","));
    const where = this.#at;
    let changed = 0;
    const rows = table.rows.map((row) => {
      this.#at = where;
      if (!this.#where(table, row)) return row;
      changed += 1;
      const copy = [...row];
      for (const { at, from } of sets) {
        this.#at = from;
        copy[at] = this.#expression(table, row);
      }
      return copy;
    });
    return this.#stored(database, name, { ...table, rows }, changed, `UPDATE ${changed}`);
  }

  #delete(): SqlResult {
    this.#eat("FROM");
    const { database, name, table } = this.#table();
    const where = this.#at;
    const rows = table.rows.filter((row) => {
      this.#at = where;
      return !this.#where(table, row);
    });
    return this.#stored(database, name, { ...table, rows }, table.rows.length - rows.length, `DELETE ${table.rows.length - rows.length}`);
  }

  #where(table: Table, row: readonly Cell[]): boolean {
    return this.#word("WHERE") ? truthy(this.#expression(table, row)) : true;
  }

  #select(): SqlResult {
    const distinct = this.#word("DISTINCT");
    const items: { readonly from: number; name: string; readonly all: boolean; readonly aggregate: string | null }[] = [];
    // Once over the list to see what is asked, then a row at a time.
    const list = this.#at;
    let depth = 0;
    while (this.#peek().kind !== "end" && !(depth === 0 && this.#peek().kind === "word" && this.#peek().text.toUpperCase() === "FROM")) {
      if (this.#peek().text === "(") depth += 1;
      if (this.#peek().text === ")") depth -= 1;
      this.#at += 1;
    }
    const table = this.#word("FROM") ? this.#table().table : null;
    const rest = this.#at;
    this.#at = list;
    const blank = table === null ? null : table.columns.map(() => null);
    do {
      const from = this.#at;
      if (this.#word("*")) {
        if (table === null) throw new SqlError("No tables used", 1096, "HY000");
        items.push({ from, name: "*", all: true, aggregate: null });
        continue;
      }
      const aggregate = /^(COUNT|SUM|MIN|MAX|AVG)$/i.test(this.#peek().text) && this.#peek(1).text === "(" ? this.#peek().text.toUpperCase() : null;
      if (aggregate !== null) {
        this.#at += 2;
        if (!this.#word("*")) this.#expression(table, blank);
        this.#eat(")");
      } else this.#expression(table, blank);
      let name = this.#tokens.slice(from, this.#at).map((token) => (token.kind === "text" ? token.text : token.text)).join("");
      if (this.#world.postgres) name = aggregate?.toLowerCase() ?? (/^[a-z_]+\(/i.test(name) ? name.slice(0, name.indexOf("(")).toLowerCase() : /^[A-Za-z_][\w]*$/.test(name) ? name : "?column?");
      if (this.#word("AS")) name = this.#next().text;
      items.push({ from, name, all: false, aggregate });
    } while (this.#word(","));
    this.#at = rest;
    const rows = table === null ? [[]] : table.rows.filter((row) => {
      this.#at = rest;
      return this.#where(table, row);
    });
    if (table !== null && rows.length === 0) this.#where(table, blank ?? []);
    const order = this.#order(table);
    const limit = this.#word("LIMIT") ? Number(this.#next().text) : Number.POSITIVE_INFINITY;
    const offset = this.#word("OFFSET") ? Number(this.#next().text) : 0;
    const sorted = order === null ? rows : [...rows].sort((a, b) => compareCells(a[order.at] ?? null, b[order.at] ?? null) * (order.down ? -1 : 1));
    const columns = items.flatMap((item) => (item.all ? (table?.columns ?? []) : [item.name]));
    if (items.some((item) => item.aggregate !== null)) return this.#rows(columns, [items.map((item) => this.#aggregate(item, table, sorted))]);
    let out = sorted.map((row) => items.flatMap((item) => {
      if (item.all) return row;
      this.#at = item.from;
      return [this.#expression(table, row)];
    }));
    if (distinct) out = out.filter((row, at) => out.findIndex((other) => JSON.stringify(other) === JSON.stringify(row)) === at);
    return this.#rows(columns, out.slice(offset, offset + limit));
  }

  #order(table: Table | null): { readonly at: number; readonly down: boolean } | null {
    if (!this.#word("ORDER") || table === null) return null;
    this.#eat("BY");
    const at = this.#column(table, this.#next().text);
    const down = this.#word("DESC");
    if (!down) this.#word("ASC");
    return { at, down };
  }

  #aggregate(item: { readonly from: number; readonly aggregate: string | null }, table: Table | null, rows: readonly (readonly Cell[])[]): Cell {
    this.#at = item.from;
    if (item.aggregate === null) return this.#expression(table, rows[0] ?? table?.columns.map(() => null) ?? []);
    this.#at += 2;
    if (this.#peek().text === "*") return rows.length;
    const inner = this.#at;
    const values = rows.map((row) => {
      this.#at = inner;
      return this.#expression(table, row);
    }).filter((value) => value !== null);
    const sum = values.reduce<number>((total, value) => total + Number(value), 0);
    switch (item.aggregate) {
      case "COUNT": return values.length;
      case "SUM": return values.length === 0 ? null : sum;
      case "AVG": return values.length === 0 ? null : sum / values.length;
      default: return [...values].sort(compareCells)[item.aggregate === "MIN" ? 0 : values.length - 1] ?? null;
    }
  }

  // ── Expressions ──────────────────────────────────────────────────────────

  #expression(table: Table | null, row: readonly Cell[] | null): Cell {
    return this.#deeper(() => this.#disjunction(table, row));
  }

  #deeper(read: () => Cell): Cell {
    if ((this.#depth += 1) > deepest) throw new SqlError("memory exhausted", 1064, "42000");
    const value = read();
    this.#depth -= 1;
    return value;
  }

  #disjunction(table: Table | null, row: readonly Cell[] | null): Cell {
    let left = this.#conjunction(table, row);
    while (this.#word("OR")) {
      const right = this.#conjunction(table, row);
      left = truthy(left) || truthy(right) ? 1 : 0;
    }
    return left;
  }

  #conjunction(table: Table | null, row: readonly Cell[] | null): Cell {
    let left = this.#comparison(table, row);
    while (this.#word("AND")) {
      const right = this.#comparison(table, row);
      left = truthy(left) && truthy(right) ? 1 : 0;
    }
    return left;
  }

  #comparison(table: Table | null, row: readonly Cell[] | null): Cell {
    if (this.#word("NOT")) return truthy(this.#deeper(() => this.#comparison(table, row))) ? 0 : 1;
    const left = this.#sum(table, row);
    if (this.#word("IS")) {
      const not = this.#word("NOT");
      this.#eat("NULL");
      return (left === null) !== not ? 1 : 0;
    }
    if (this.#word("LIKE")) {
      const pattern = String(this.#sum(table, row) ?? "");
      return like(pattern.toLowerCase(), String(left ?? "").toLowerCase()) ? 1 : 0;
    }
    if (this.#word("IN")) {
      this.#eat("(");
      let found = false;
      while (!this.#word(")")) {
        const value = this.#sum(table, row);
        found ||= left !== null && value !== null && compareCells(left, value) === 0;
        if (!this.#word(",") && this.#peek().text !== ")") throw this.#syntax(this.#peek().text);
      }
      return found ? 1 : 0;
    }
    const operator = this.#peek();
    if (operator.kind !== "mark" || !["=", "<", ">", "<=", ">=", "<>", "!="].includes(operator.text)) return left;
    this.#at += 1;
    const right = this.#sum(table, row);
    if (left === null || right === null) return null;
    const order = compareCells(left, right);
    const holds = ({ "=": order === 0, "<": order < 0, ">": order > 0, "<=": order <= 0, ">=": order >= 0, "<>": order !== 0, "!=": order !== 0 } as Readonly<Record<string, boolean>>)[operator.text];
    return holds === true ? 1 : 0;
  }

  #sum(table: Table | null, row: readonly Cell[] | null): Cell {
    let left = this.#primary(table, row);
    for (;;) {
      const operator = this.#peek();
      if (operator.kind !== "mark" || !["+", "-", "*", "/", "%", "||"].includes(operator.text)) return left;
      this.#at += 1;
      const right = this.#primary(table, row);
      if (left === null || right === null) left = null;
      else if (operator.text === "||") left = `${left}${right}`;
      else left = operator.text === "+" ? Number(left) + Number(right) : operator.text === "-" ? Number(left) - Number(right) : operator.text === "*" ? Number(left) * Number(right) : Number(right) === 0 ? null : operator.text === "/" ? Number(left) / Number(right) : Number(left) % Number(right);
    }
  }

  #primary(table: Table | null, row: readonly Cell[] | null): Cell {
    const token = this.#next();
    if (token.kind === "text") return token.text;
    if (token.kind === "number") return Number(token.text);
    if (token.text === "-") return -Number(this.#deeper(() => this.#primary(table, row)));
    if (token.text === "(") {
      const value = this.#expression(table, row);
      this.#eat(")");
      return value;
    }
    if (token.kind === "end" || token.kind === "mark") throw this.#syntax(token.text);
    const upper = token.text.toUpperCase();
    if (upper === "NULL" || upper === "DEFAULT") return null;
    if (upper === "TRUE") return 1;
    if (upper === "FALSE") return 0;
    if (this.#word("(")) {
      const args: Cell[] = [];
      while (!this.#word(")")) {
        args.push(this.#expression(table, row));
        if (!this.#word(",") && this.#peek().text !== ")") throw this.#syntax(this.#peek().text);
      }
      if (upper === "CONCAT") return args.some((arg) => arg === null) ? null : args.join("");
      if (upper === "UPPER") return String(args[0] ?? "").toUpperCase();
      if (upper === "LOWER") return String(args[0] ?? "").toLowerCase();
      if (upper === "LENGTH") return String(args[0] ?? "").length;
      if (upper === "COALESCE" || upper === "IFNULL") return args.find((arg) => arg !== null) ?? null;
      const value = this.#world.value(`${token.text.toLowerCase()}()`);
      if (value === undefined) throw this.#world.postgres ? new SqlError(`function ${token.text.toLowerCase()}() does not exist`, 0, "42883") : new SqlError(`FUNCTION ${this.#world.database}.${token.text} does not exist`, 1305, "42000");
      return value;
    }
    const known = token.kind === "word" ? this.#world.value(token.text.toLowerCase()) : undefined;
    if (known !== undefined) return known;
    if (this.#word(".")) return table === null ? null : (row?.[this.#column(table, this.#next().text)] ?? null);
    if (table === null) throw this.#world.postgres ? new SqlError(`column "${token.text}" does not exist`, 0, "42703") : token.text.startsWith("@@") ? new SqlError(`Unknown system variable '${token.text.slice(2)}'`, 1193, "HY000") : new SqlError(`Unknown column '${token.text}' in 'field list'`, 1054, "42S22");
    return row?.[this.#column(table, token.text)] ?? null;
  }
}
