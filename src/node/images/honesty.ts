/** What is simulated here, and what is not, as users are told. */
export const honesty = {
  component: "images",
  implemented: [
    "servers: nginx (with TLS), httpd, php-apache, hello-app, echoserver, http-echo, agnhost (netexec, serve-hostname, connect, porter, liveness, logs-generator, dns-suffix and others), kubernetes-bootcamp, the guestbook, WordPress with its set-up",
    "redis with strings, lists that are waited for, hashes, sets, expiry and replication; memcached; rabbitmq's queues with amqp-tools; the workers of both work-queue tutorials",
    "mysql, mariadb and postgres: databases, tables, insert, update, delete, selects from one table, passwords, replication as the MySQL StatefulSet tutorial sets it up with xtrabackup", "mongo: documents found by equal fields", "cassandra: joining by seeds, gossip, nodetool status and drain", "zookeeper: a tree kept by a majority, zkCli.sh, ruok",
    "perl's print of pi, python's http.server, stress, fluentd and node-exporter as far as they are looked at",
  ],
  notImplemented: [
    "SQL: joins, groups, subqueries, views, transactions, indexes, column types, users beside the image's own, mysqldump", "redis: sorted sets, streams, transactions, pub/sub, scripts, cluster, eviction by maxmemory", "rabbitmq: exchanges, acknowledgements, users, clusters, the management page", "mongo: operators, aggregation, users, replica sets, a person's session",
    "cassandra: CQL and data", "zookeeper: sessions, watches, ephemeral nodes", "perl and python programs", "fluentd's outputs", "node-exporter's metrics of the machine", "nginx: proxying, rewriting", "TLS: who issued a certificate (curl takes one that --cacert names itself, else none without -k), and clients' certificates; servers but nginx and ingress-nginx show none", "the wire protocols themselves: clients here speak to servers here in texts of their own", "images that are not named: a generic server answers on their ports, and says so",
  ],
} as const;
