import { describe, expect, it } from "vitest";
import { FakeProgram } from "../testing/fakeProgram.ts";
import { resolveImage } from "./resolveImage.ts";

function start(image: string, command: readonly string[] | null = null, env: Readonly<Record<string, string>> = {}): FakeProgram {
  const resolved = resolveImage(image);
  if (!("definition" in resolved)) throw new Error(resolved.failure);
  const { definition } = resolved;
  const line = command ?? [...definition.entrypoint, ...definition.command];
  const program = new FakeProgram(() => definition.program(line), line);
  program.image = image;
  program.env = { HOME: "/root", ...env };
  for (const [path, content] of Object.entries(definition.files)) program.put(path, content);
  return program;
}

let next = 0;
/** One text to a server that runs, and its answer; null: it answers later. */
function ask(server: FakeProgram, text: string, from = "10.244.0.50"): string | null {
  const id = `q${next++}`;
  server.send({ type: "packet", id, port: 1, from, payload: { type: "bytes", text } }, true);
  const answer = server.answers.find((each) => each.id === id)?.payload;
  return answer?.type === "bytes" ? answer.text : null;
}

/** A client's command against a server; its lines. */
function client(server: FakeProgram, image: string, command: readonly string[], env: Readonly<Record<string, string>> = {}): readonly string[] {
  const program = start(image, command, env);
  program.bytes = (_host, text) => ask(server, text);
  return program.run(60, true).out;
}

describe("mysql", () => {
  const running = (): FakeProgram => start("mysql:8.0", null, { MYSQL_ROOT_PASSWORD: "secret", MYSQL_DATABASE: "shop" }).run(30);

  it("says which password it wants", () => {
    const refused = start("mysql:8.0").run(30);
    expect(refused.exitCode).toBe(1);
    expect(refused.out.join("\n")).toContain("Database is uninitialized and password option is not specified");
  });

  it("keeps what clients write", () => {
    const server = running();
    const sql = (text: string): readonly string[] => client(server, "mysql:8.0", ["mysql", "-h", "mysql", "-psecret", "-e", text]);
    expect(sql("CREATE TABLE shop.items (id INT AUTO_INCREMENT PRIMARY KEY, name VARCHAR(50), price INT); INSERT INTO shop.items (name, price) VALUES ('pen', 3), ('ink', 12), ('book', 7)")).toEqual([]);
    expect(sql("SELECT * FROM shop.items WHERE price > 5 ORDER BY price DESC")).toEqual(["id\tname\tprice", "2\tink\t12", "3\tbook\t7"]);
    expect(sql("UPDATE shop.items SET price = price + 1 WHERE name = 'pen'; DELETE FROM shop.items WHERE id = 2; SELECT COUNT(*) AS n, SUM(price) AS total FROM shop.items")).toEqual(["n\ttotal", "2\t11"]);
    expect(sql("SHOW DATABASES")).toContain("shop");
    expect(sql("SELECT nope FROM shop.items")).toEqual(["! ERROR 1054 (42S22) at line 1: Unknown column 'nope' in 'field list'"]);
    expect(sql("SELEC 1")[0]).toContain("ERROR 1064 (42000)");
    expect(sql("SELECT * FROM shop.none")).toEqual(["! ERROR 1146 (42S02) at line 1: Table 'shop.none' doesn't exist"]);
    expect(client(server, "mysql:8.0", ["mysql", "-h", "mysql", "-pwrong", "-e", "SELECT 1"])).toEqual(["! ERROR 1045 (28000): Access denied for user 'root'@'10.244.0.50' (using password: YES)"]);
  });

  it("runs a pipe of statements and waits in a loop of the shell", () => {
    const server = running();
    expect(client(server, "mysql:8.0", ["bash", "-c", "mysql -h mysql -psecret shop <<EOF\nCREATE TABLE m (t TEXT);\nINSERT INTO m VALUES ('hello');\nEOF\nuntil mysql -h mysql -psecret -e 'SELECT 1' >/dev/null; do sleep 1; done; mysql -h mysql -psecret -N -e 'SELECT t FROM shop.m' | tr a-z A-Z"])).toEqual(["HELLO"]);
  });

  it("copies its source as the StatefulSet tutorial's scripts set it up", () => {
    const env = { MYSQL_ALLOW_EMPTY_PASSWORD: "1" };
    const primary = start("mysql:5.7", null, env).run(30);
    ask(primary, JSON.stringify({ user: "root", password: "", database: "", sql: "CREATE DATABASE test" }));
    const replica = start("mysql:5.7", null, env);
    replica.put("/etc/mysql/conf.d/replica.cnf", "[mysqld]\nsuper-read-only\n");
    replica.put("/etc/mysql/conf.d/server-id.cnf", "[mysqld]\nserver-id=101\n");
    let asked = 0;
    replica.bytes = (host, text) => (host === "mysql-0.mysql" && asked++ === 0 ? ask(primary, text) : null);
    replica.run(30);
    const sql = (text: string): readonly string[] => client(replica, "mysql:5.7", ["mysql", "-h", "mysql-read", "-N", "-e", text]);
    expect(sql("CHANGE MASTER TO MASTER_LOG_FILE='mysql-bin.000003',\\\n MASTER_LOG_POS=154, MASTER_HOST='mysql-0.mysql', MASTER_USER='root'; START SLAVE;")).toEqual([]);
    expect(sql("SHOW DATABASES")).toContain("test");
    expect(sql("SELECT @@server_id")).toEqual(["101"]);
    expect(sql("CREATE DATABASE mine")[0]).toContain("--super-read-only option");
  });
});

describe("postgres", () => {
  it("answers psql", () => {
    const server = start("postgres:17", null, { POSTGRES_PASSWORD: "p", POSTGRES_DB: "app" }).run(30);
    const psql = (sql: string, password = "p"): readonly string[] => client(server, "postgres:17", ["psql", "-h", "db", "-U", "postgres", "-d", "app", "-c", sql], { PGPASSWORD: password });
    expect(psql("CREATE TABLE t (id SERIAL, name TEXT)")).toEqual(["CREATE TABLE"]);
    expect(psql("INSERT INTO t (name) VALUES ('a'), ('b')")).toEqual(["INSERT 0 2"]);
    expect(psql("SELECT * FROM t").slice(0, 3)).toEqual([" id | name ", "----+------", "  1 | a"]);
    expect(psql("SELECT * FROM none")).toEqual(['! ERROR:  relation "none" does not exist']);
    expect(psql("SELECT 1", "wrong")[0]).toContain('password authentication failed for user "postgres"');
  });
});

describe("redis", () => {
  it("has hashes, sets, expiry and lists that are waited for", () => {
    const server = start("redis:7");
    server.send({ type: "start" });
    expect([ask(server, "HSET h a 1 b 2"), ask(server, "HGET h b"), ask(server, "SADD s x y x"), ask(server, "SCARD s"), ask(server, "SET k v EX 10"), ask(server, "TTL k")]).toEqual([":2\r\n", "$1\r\n2\r\n", ":2\r\n", ":2\r\n", "+OK\r\n", ":10\r\n"]);
    server.now = 11_000_000;
    expect(ask(server, "GET k")).toBe("$-1\r\n");
    expect(ask(server, "BRPOP jobs 5")).toBeNull();
    const waiting = `q${next - 1}`;
    expect(ask(server, "LPUSH jobs apple")).toBe(":1\r\n");
    expect(server.answers.find(({ id }) => id === waiting)?.payload).toEqual({ type: "bytes", text: "*2\r\n$4\r\njobs\r\n$5\r\napple\r\n" });
    expect(ask(server, "LLEN jobs")).toBe(":0\r\n");
    expect(ask(server, "BRPOP jobs 1")).toBeNull();
    const late = `q${next - 1}`;
    server.run(20);
    expect(server.answers.find(({ id }) => id === late)?.payload).toEqual({ type: "bytes", text: "$-1\r\n" });
  });

  it("reads the file that a ConfigMap gives it", () => {
    const server = start("redis:5.0.4", ["redis-server", "/redis-master/redis.conf"]);
    server.put("/redis-master/redis.conf", "maxmemory 2mb\nmaxmemory-policy allkeys-lru\n");
    server.send({ type: "start" });
    expect(client(server, "redis:5.0.4", ["redis-cli", "CONFIG", "GET", "maxmemory"])).toEqual(["maxmemory\n2097152"]);
    expect(client(server, "redis:5.0.4", ["sh", "-c", "redis-cli ping | tr A-Z a-z; redis-cli set a 'x y' > /dev/null; redis-cli get a"])).toEqual(["pong", "x y"]);
  });

  it("feeds the work-queue's worker until it is empty", () => {
    const server = start("redis");
    server.send({ type: "start" });
    ask(server, "RPUSH job2 apple banana");
    const worker = start("gcr.io/p/job-wq-2");
    worker.bytes = (_host, text) => ask(server, text) ?? "$-1\r\n";
    worker.run(120, true);
    expect(worker.out.slice(1)).toEqual(["Initial queue state: empty=False", "Working on banana", "Working on apple", "Queue empty, exiting"]);
    expect(worker.exitCode).toBe(0);
  });
});

describe("rabbitmq", () => {
  it("hands each message to one consumer", () => {
    const server = start("rabbitmq:4").run(10);
    const amqp = (...command: readonly string[]): readonly string[] => client(server, "ubuntu:22.04", command, { BROKER_URL: "amqp://guest:guest@rabbitmq-service:5672" });
    expect(amqp("/usr/bin/amqp-declare-queue", "--url=amqp://guest:guest@rabbitmq-service:5672", "-q", "foo", "-d")).toEqual(["foo"]);
    expect(amqp("bash", "-c", "/usr/bin/amqp-publish --url=$BROKER_URL -r foo -p -b Hello; /usr/bin/amqp-consume --url=$BROKER_URL -q foo -c 1 cat && echo done")).toEqual(["Hellodone"]);
    // A shell's script on its standard input is not read by what the shell starts.
    const shell = start("ubuntu:22.04", ["bash"], { BROKER_URL: "amqp://rabbitmq-service:5672" });
    shell.bytes = (_host, text) => ask(server, text);
    shell.stdin = "open";
    shell.send({ type: "start" });
    shell.send({ type: "input", text: "amqp-declare-queue -q bar\necho then\n" });
    shell.send({ type: "input", text: null });
    shell.run(1);
    expect(shell.written).toBe("bar\nthen\n");
    ask(server, JSON.stringify({ op: "publish", queue: "foo", body: "cherry" }));
    expect(client(server, "gcr.io/p/job-wq-1", ["/usr/bin/amqp-consume-worker"], { BROKER_URL: "amqp://rabbitmq-service:5672", QUEUE: "foo" })).toEqual(["Processing cherry"]);
    expect(ask(server, JSON.stringify({ op: "consume", queue: "none" }))).toContain("NOT_FOUND");
  });
});

describe("nginx", () => {
  it("wants the certificate that its configuration names", () => {
    const server = start("nginx:1.29");
    server.put("/etc/nginx/conf.d/default.conf", "server {\n  listen 80;\n  listen 443 ssl;\n  ssl_certificate /etc/nginx/ssl/tls.crt;\n  ssl_certificate_key /etc/nginx/ssl/tls.key;\n}\n");
    server.run(5);
    expect([server.exitCode, server.out.at(-1)]).toEqual([1, expect.stringContaining('nginx: [emerg] cannot load certificate "/etc/nginx/ssl/tls.crt"')]);
  });
});

describe("WordPress", () => {
  const get = (site: FakeProgram, path: string, method = "GET", body = ""): { readonly status: number; readonly body: string } => {
    const id = `h${next++}`;
    site.send({ type: "http", id, port: 80, from: "10.0.0.1", request: { method, host: "blog", path, headers: {}, body } }, true);
    const answer = site.answers.find((each) => each.id === id)?.payload;
    return answer?.type === "httpResponse" ? answer.response : { status: 0, body: "" };
  };

  it("needs its database, and is set up once", () => {
    const site = start("wordpress:6.2.1-apache", null, { WORDPRESS_DB_HOST: "wordpress-mysql", WORDPRESS_DB_PASSWORD: "secret" });
    site.send({ type: "start" });
    expect(get(site, "/")).toMatchObject({ status: 500, body: expect.stringContaining("Error establishing a database connection") as string });
    const mysql = start("mysql:8.0", null, { MYSQL_ROOT_PASSWORD: "secret" }).run(30);
    site.bytes = (host, text) => (host === "wordpress-mysql" ? ask(mysql, text) : null);
    expect(get(site, "/").status).toBe(302);
    expect(get(site, "/wp-admin/install.php")).toMatchObject({ status: 200, body: expect.stringContaining("five-minute WordPress installation") as string });
    expect(get(site, "/wp-admin/install.php?step=2", "POST", "weblog_title=My+pens").body).toContain("Success!");
    expect(get(site, "/")).toMatchObject({ status: 200, body: expect.stringContaining("My pens") as string });
  });
});

describe("mongo", () => {
  it("keeps documents", () => {
    const server = start("mongo:8").run(10);
    const evaluate = (text: string): readonly string[] => client(server, "mongo:8", ["mongosh", "mongodb://mongo:27017/shop", "--eval", text]);
    expect(evaluate("db.items.insertMany([{name: 'pen', n: 1}, {name: \"ink\", n: 2}])")[0]).toContain("acknowledged: true");
    expect(evaluate("db.items.find({name: 'ink'})")).toEqual(["{ _id: ObjectId('000000000000000000000002'), name: 'ink', n: 2 }"]);
    expect(evaluate("db.items.updateOne({n: 1}, {$set: {n: 5}})")[0]).toContain("modifiedCount: 1");
    expect(evaluate("db.items.countDocuments({n: 5})")).toEqual(["1"]);
    expect(evaluate("show dbs")[0]?.split("\n")).toContain("shop");
    expect(evaluate("db.adminCommand('ping')")).toEqual(["{ ok: 1 }"]);
    expect(evaluate("db.items.find({n: {$gt: 1}})")[0]).toContain("not simulated");
    expect(evaluate("db.items.find({")[0]).toContain("SyntaxError");
  });
});

describe("others", () => {
  it("memcached speaks its protocol", () => {
    const server = start("memcached");
    server.send({ type: "start" });
    expect(ask(server, "set a 0 0 3\r\nxyz")).toBe("STORED\r\n");
    expect(ask(server, "get a b")).toBe("VALUE a 0 3\r\nxyz\r\nEND\r\n");
    expect(ask(server, "incr a 1")).toContain("CLIENT_ERROR");
    expect(client(server, "busybox", ["sh", "-c", "printf 'get a\\r\\n' | nc memcached 11211"])).toEqual(["VALUE a 0 3\r", "xyz\r", "END\r"]);
  });

  it("cassandra's nodes find each other by their seed, and nodetool tells", () => {
    const seed = start("gcr.io/google-samples/cassandra:v13", null, { POD_IP: "10.244.1.2", CASSANDRA_SEEDS: "cassandra-0.cassandra.default.svc.cluster.local", CASSANDRA_DC: "DC1-K8Demo", CASSANDRA_RACK: "Rack1-K8Demo" }).run(22);
    const second = start("gcr.io/google-samples/cassandra:v13", null, { POD_IP: "10.244.2.3", CASSANDRA_SEEDS: "cassandra-0.cassandra.default.svc.cluster.local", CASSANDRA_DC: "DC1-K8Demo", CASSANDRA_RACK: "Rack1-K8Demo" });
    second.put("/cassandra_data/host-id", "11111111-2222-3333-4444-555555555555");
    second.bytes = (_host, text) => ask(seed, text);
    second.run(26);
    const status = client(second, "gcr.io/google-samples/cassandra:v13", ["nodetool", "status"]).join("\n");
    expect(status).toMatch(/^Datacenter: DC1-K8Demo\n=+\n/);
    expect(status).toMatch(/UN {2}10\.244\.2\.3 /);
    expect(status).toMatch(/UN {2}10\.244\.1\.2 /);
    expect(ask(seed, "status")).toMatch(/UN {2}10\.244\.2\.3 /);
    const probe = start("gcr.io/google-samples/cassandra:v13", ["/bin/bash", "-c", "/ready-probe.sh"], { POD_IP: "10.244.2.3" });
    probe.bytes = (_host, text) => ask(second, text);
    expect(probe.run(10).exitCode).toBe(0);
  });

  it("zookeeper alone serves its tree, and three need two", () => {
    const alone = start("zookeeper:3.9");
    alone.send({ type: "start" });
    expect(client(alone, "busybox", ["sh", "-c", "echo ruok | nc zk 2181"])).toEqual(["imok"]);
    expect(client(alone, "zookeeper:3.9", ["zkCli.sh", "create", "/hello", "world"])[0]).toContain("Created /hello");
    expect(client(alone, "zookeeper:3.9", ["zkCli.sh", "get", "/hello"])[0]).toContain("world\ncZxid");
    const one = start("registry.k8s.io/kubernetes-zookeeper:1.0-3.4.10", ["start-zookeeper", "--servers=3"]);
    one.run(5);
    expect(ask(one, "create /a b")).toBe("ConnectionLoss");
    ask(one, JSON.stringify({ from: 2, zxid: 0 }));
    expect(ask(one, "srvr")).toContain("Mode: follower");
  });

  it("agnhost does what its subcommands say", () => {
    const connect = start("registry.k8s.io/e2e-test-images/agnhost:2.53", ["/agnhost", "connect", "web:80", "--timeout=3s"]);
    connect.send({ type: "start" });
    connect.send({ type: "answer", tag: "connect", payload: { type: "refused", reason: "nobody" }, failure: "connection refused" });
    expect([connect.out, connect.exitCode]).toEqual([["! REFUSED"], 1]);
    expect(start("registry.k8s.io/e2e-test-images/agnhost:2.53", ["/agnhost", "webhook"]).run(5).out[0]).toContain("is not simulated");
  });

  it("liveness fails after ten seconds", () => {
    const server = start("registry.k8s.io/liveness", ["/server"]);
    server.send({ type: "start" });
    const status = (): number => {
      server.send({ type: "http", id: `l${next++}`, port: 8080, from: "x", request: { method: "GET", host: "", path: "/healthz", headers: {}, body: "" } });
      const payload = server.answers.at(-1)?.payload;
      return payload?.type === "httpResponse" ? payload.response.status : 0;
    };
    expect(status()).toBe(200);
    server.now = 11_000_000;
    expect(status()).toBe(500);
  });
});
