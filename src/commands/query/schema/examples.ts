/** A question that people have, and the statement that answers it. */
export interface QueryExample {
  readonly question: string
  readonly statement: string
}

/** THE list of examples, as SQLite and DuckDB read them: `->` stands in parentheses, for it binds less there. Tests run each. */
export const examples: readonly QueryExample[] = [
  {
    question: 'Which proxies route to a host, and by which virtual service?',
    statement: `SELECT proxy, name, domains, match, virtualService FROM routes
WHERE destination LIKE '%reviews.default.svc%' ORDER BY 1, 2, 3, 4`,
  },
  {
    question: 'How many clusters have no endpoints, by the namespace of the proxy?',
    statement: `SELECT namespace, count(*) AS clusters FROM endpoints
WHERE status = 'NO ENDPOINTS' GROUP BY 1 ORDER BY 1`,
  },
  {
    question: 'Which proxies lack a route that others have?',
    statement: `SELECT p.proxy, r.name AS route FROM proxies p
CROSS JOIN (SELECT DISTINCT name FROM routes WHERE name IS NOT NULL) r
WHERE NOT EXISTS (SELECT 1 FROM routes o WHERE o.proxy = p.proxy AND o.name = r.name) ORDER BY 1, 2`,
  },
  {
    question: 'Which versions of Envoy run, and where?',
    statement: `SELECT envoyVersion, namespace, count(*) AS proxies FROM proxies GROUP BY 1, 2 ORDER BY 1, 2`,
  },
  {
    question: 'Which TLS versions do clusters allow?',
    statement: `WITH sockets AS (
  SELECT coalesce(resource -> '$.transportSocket', resource -> '$.transportSocketMatches[0].transportSocket') AS socket FROM clusters
), parameters AS (
  SELECT (socket -> '$.typedConfig.commonTlsContext') AS tls FROM sockets
)
SELECT coalesce((tls ->> '$.tlsParams.tlsMinimumProtocolVersion'), 'default') AS minimum,
  coalesce((tls ->> '$.tlsParams.tlsMaximumProtocolVersion'), 'default') AS maximum, count(*) AS clusters
FROM parameters WHERE tls IS NOT NULL GROUP BY 1, 2 ORDER BY 1, 2`,
  },
  {
    question: 'Which issuers do certificates have, and when does the first of each expire?',
    statement: `SELECT issuer, count(*) AS certificates, min(notAfter) AS firstExpires FROM secrets
WHERE issuer IS NOT NULL GROUP BY 1 ORDER BY 3, 1`,
  },
  {
    question: 'Which clusters have another connect timeout in another Kubernetes cluster?',
    statement: `WITH timeouts AS (
  SELECT DISTINCT resourceName, kubeCluster, (resource ->> '$.connectTimeout') AS timeout FROM clusters
)
SELECT a.resourceName, a.kubeCluster, a.timeout, b.kubeCluster AS otherCluster, b.timeout AS otherTimeout FROM timeouts a
JOIN timeouts b ON b.resourceName = a.resourceName AND b.kubeCluster > a.kubeCluster AND b.timeout <> a.timeout ORDER BY 1, 2, 4`,
  },
  {
    question: 'Which routes lead to a cluster that their proxy does not have?',
    statement: `SELECT r.proxy, r.name, r.destination FROM routes r
LEFT JOIN clusters c ON c.proxy = r.proxy AND c.resourceName = r.destination
WHERE r.destination LIKE 'outbound|%' AND r.destination NOT LIKE '%,%' AND c.proxy IS NULL ORDER BY 1, 2, 3`,
  },
  {
    question: 'On which ports do proxies listen, and how many of them?',
    statement: `SELECT addresses, port, count(DISTINCT proxy) AS proxies FROM listeners
WHERE port IS NOT NULL GROUP BY 1, 2 ORDER BY 3 DESC, 2, 1`,
  },
  {
    question: 'Which findings of lint do most proxies have?',
    statement: `SELECT rule, severity, count(DISTINCT proxy) AS proxies FROM findings GROUP BY 1, 2 ORDER BY 3 DESC, 1`,
  },
]
