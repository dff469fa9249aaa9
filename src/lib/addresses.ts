import { BlockList, isIPv4, isIPv6 } from 'node:net'

const SPECIAL: readonly (readonly [network: string, prefix: number])[] = [
  ['0.0.0.0', 8],
  ['10.0.0.0', 8],
  ['100.64.0.0', 10],
  ['127.0.0.0', 8],
  ['169.254.0.0', 16],
  ['172.16.0.0', 12],
  ['192.0.0.0', 24],
  ['192.0.2.0', 24],
  ['192.88.99.0', 24],
  ['192.168.0.0', 16],
  ['198.18.0.0', 15],
  ['198.51.100.0', 24],
  ['203.0.113.0', 24],
  ['224.0.0.0', 3],
]

/** Of the one range of IPv6 that is given to the public, what is not. */
const SPECIAL_6: readonly (readonly [network: string, prefix: number])[] = [
  ['2001::', 23],
  ['2001:db8::', 32],
  ['2002::', 16],
  ['3fff::', 20],
]

const special = new BlockList()
for (const [network, prefix] of SPECIAL) special.addSubnet(network, prefix, 'ipv4')
const special6 = new BlockList()
for (const [network, prefix] of SPECIAL_6) special6.addSubnet(network, prefix, 'ipv6')
const global6 = new BlockList()
global6.addSubnet('2000::', 3, 'ipv6')

/**
 * Is this IP address one of the public internet? Not what is private, loopback, link-local, shared, reserved, multicast, or
 * for documentation; an IPv4 address inside an IPv6 one counts as itself. A text that is no address is not public.
 */
export function isPublicAddress(address: string): boolean {
  if (isIPv4(address)) return !special.check(address, 'ipv4')
  if (!isIPv6(address) || address.includes('%')) return false
  const inside = embeddedIPv4(address)
  if (inside !== null) return isPublicAddress(inside)
  return global6.check(address, 'ipv6') && !special6.check(address, 'ipv6')
}

/** The IPv4 address that `::ffff:a.b.c.d` (mapped) or `64:ff9b::a.b.c.d` (translated) stands for; null for others. */
function embeddedIPv4(address: string): string | null {
  const groups = groupsOf(address)
  const head = groups.slice(0, 6).join(':')
  if (head !== '0:0:0:0:0:ffff' && head !== '64:ff9b:0:0:0:0') return null
  const bytes = groups.slice(6).flatMap((group) => {
    const number = Number.parseInt(group, 16)
    return [number >> 8, number & 255]
  })
  return bytes.join('.')
}

/** Its eight groups, without leading zeros: a URL writes every spelling in one way. */
function groupsOf(address: string): string[] {
  const [left = '', right] = new URL(`http://[${address}]/`).hostname.slice(1, -1).split('::')
  const list = (text: string) => (text === '' ? [] : text.split(':'))
  if (right === undefined) return list(left)
  const zeros = Array<string>(8 - list(left).length - list(right).length).fill('0')
  return [...list(left), ...zeros, ...list(right)]
}
