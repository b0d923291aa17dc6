import { Agent as HttpAgent } from 'node:http'
import { type AgentOptions, Agent as HttpsAgent } from 'node:https'
import { isIP } from 'node:net'
import { checkServerIdentity } from 'node:tls'
import { defaultRoots } from '../../default-roots.ts'
import type { Progress } from '../../progress.ts'
import type { ClusterAccess } from '../access/access.ts'
import type { Host } from '../access/host.ts'
import { type Credentials, getCredentials } from '../auth/credentials.ts'
import { proxyFor } from './proxy.ts'
import { trustedRoots } from './trusted-roots.ts'

// Plain requests go through node:https and not through client-node's generated API. Measured on Node 26: importing
// client-node's config or API classes takes 330 to 370 ms unbundled (it pulls in undici and 700 models), its WebSocket
// handler and Exec 20 ms. They have no impersonation by group, no HTTPS_PROXY and a new TLS connection for each request;
// one keep-alive agent here lets the port-forward's upgrade reuse the connection of the `get pod` before it.

/** One API server with the credentials to use it. */
export interface Connection {
  readonly access: ClusterAccess
  readonly progress: Progress | undefined
  /** Agent and headers for the next request; asks for credentials at first use and again once they expired. */
  dialog(signal?: AbortSignal): Promise<Dialog>
  /** Ends idle connections. */
  close(): void
}

export interface Dialog {
  readonly agent: HttpAgent
  readonly headers: Credentials['headers']
}

interface Session extends Dialog {
  readonly expires: number | undefined
}

export function openConnection(access: ClusterAccess, host: Host): Connection {
  let session: Promise<Session> | undefined
  const agents: HttpAgent[] = []
  async function start(signal?: AbortSignal): Promise<Session> {
    const credentials = await getCredentials(access, host, signal)
    const agent = await createAgent(access, credentials, host)
    agents.push(agent)
    return { agent, headers: credentials.headers, expires: credentials.expires }
  }
  return {
    access,
    progress: host.progress,
    async dialog(signal) {
      const current = session
      if (current !== undefined && (await isStale(current)) && session === current) session = undefined
      session ??= start(signal)
      return session
    },
    close() {
      for (const agent of agents.splice(0)) agent.destroy()
    },
  }
}

/** Whether credentials must be asked for again: they expired, or asking failed. */
async function isStale(session: Promise<Session>): Promise<boolean> {
  try {
    const { expires } = await session
    return expires !== undefined && expires <= Date.now()
  } catch {
    return true
  }
}

async function createAgent(access: ClusterAccess, credentials: Credentials, host: Host): Promise<HttpAgent> {
  const proxy = proxyFor(access.server, access.proxyUrl, host.env)
  const secure = access.server.startsWith('https:')
  // Node connects to a proxy itself, and names no roots.
  if (proxy?.protocol === 'https:') defaultRoots.used()
  else if (secure) defaultRoots.unused()
  const options = { keepAlive: true, ...(secure ? tlsOptions(access, credentials, host) : {}) }
  if (proxy?.protocol.startsWith('socks')) {
    const { SocksProxyAgent } = await import('socks-proxy-agent')
    // Go resolves the server's name at the proxy for socks5 as well.
    return new SocksProxyAgent(proxy.href.replace(/^socks5:/, 'socks5h:'), options)
  }
  const proxyEnv = proxy === undefined ? {} : { proxyEnv: { [secure ? 'HTTPS_PROXY' : 'HTTP_PROXY']: proxy.href } }
  return secure ? new HttpsAgent({ ...options, ...proxyEnv }) : new HttpAgent({ ...options, ...proxyEnv })
}

function tlsOptions(access: ClusterAccess, { cert, key }: Credentials, host: Host): AgentOptions {
  const name = access.tlsServerName
  return {
    ca: access.ca ?? trustedRoots(host),
    // Go accepts a chain that ends in any certificate of the given roots, self-signed or not.
    allowPartialTrustChain: true,
    rejectUnauthorized: !access.insecure,
    ...(cert === undefined ? {} : { cert }),
    ...(key === undefined ? {} : { key }),
    ...(name === undefined ? {} : { checkServerIdentity: (_host, peer) => checkServerIdentity(name, peer) }),
    ...(name === undefined || isIP(name) !== 0 ? {} : { servername: name }),
  }
}
