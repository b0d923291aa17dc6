import { execFileSync } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

/** Certificates with their keys, in PEM. */
export interface Keys {
  /** The root of all but the stranger. */
  readonly root: string
  readonly server: KeyPair
  /** For another host. */
  readonly other: KeyPair
  /** For both hosts. */
  readonly both: KeyPair
  readonly expired: KeyPair
  readonly future: KeyPair
  readonly client: KeyPair
  /** Of an issuer that nobody trusts. */
  readonly stranger: KeyPair
}

export interface KeyPair {
  readonly cert: string
  readonly key: string
}

const ec = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes']

/** Makes the certificates of a run in a folder. */
export function makeKeys(folder: string): Keys {
  const openssl = (...args: readonly string[]) =>
    execFileSync('openssl', [...args], { cwd: folder, stdio: ['ignore', 'ignore', 'ignore'] })
  const root = (name: string) =>
    openssl(
      'req',
      '-x509',
      ...ec,
      '-subj',
      `/CN=${name}`,
      '-days',
      '30',
      '-keyout',
      `${name}.key`,
      '-out',
      `${name}.pem`,
    )
  const signed = (name: string, host: string, issuer: string, from: string, to: string): KeyPair => {
    openssl('req', ...ec, '-subj', `/CN=${name}`, '-keyout', `${name}.key`, '-out', `${name}.csr`)
    writeFileSync(join(folder, `${name}.ext`), `subjectAltName=DNS:${host}\nbasicConstraints=CA:FALSE\n`)
    writeFileSync(join(folder, `${name}.db`), '')
    writeFileSync(join(folder, `${name}.serial`), '1000\n')
    const config = `[ca]\ndefault_ca=own\n[own]\ndatabase=${name}.db\nserial=${name}.serial\nnew_certs_dir=.\ndefault_md=sha256\npolicy=any\n[any]\ncommonName=supplied\n`
    writeFileSync(join(folder, `${name}.cnf`), config)
    openssl(
      'ca',
      '-batch',
      '-config',
      `${name}.cnf`,
      '-cert',
      `${issuer}.pem`,
      '-keyfile',
      `${issuer}.key`,
      '-in',
      `${name}.csr`,
      '-out',
      `${name}.pem`,
      '-extfile',
      `${name}.ext`,
      '-startdate',
      from,
      '-enddate',
      to,
      '-notext',
    )
    return {
      cert: readFileSync(join(folder, `${name}.pem`), 'utf8'),
      key: readFileSync(join(folder, `${name}.key`), 'utf8'),
    }
  }
  root('root')
  root('strangers')
  const [from, to] = ['20200101000000Z', '20980101000000Z']
  return {
    root: readFileSync(join(folder, 'root.pem'), 'utf8'),
    server: signed('server', 'shop.example.com', 'root', from, to),
    other: signed('other', 'other.example.com', 'root', from, to),
    both: signed('both', 'shop.example.com,DNS:other.example.com', 'root', from, to),
    expired: signed('expired', 'shop.example.com', 'root', from, '20210101000000Z'),
    future: signed('future', 'shop.example.com', 'root', '20970101000000Z', to),
    client: signed('client', 'client.example.com', 'root', from, to),
    stranger: signed('stranger', 'client.example.com', 'strangers', from, to),
  }
}
