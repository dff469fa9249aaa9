import { BlockList, isIP, isIPv4 } from 'node:net'

const loopback = new BlockList()
loopback.addSubnet('127.0.0.0', 8, 'ipv4')
loopback.addAddress('::1', 'ipv6')

/** Is this the name or address of this machine to itself? What a `Host` header says may have a port. */
export function isLoopback(host: string): boolean {
  const name = hostName(host)
  if (name === 'localhost' || name === '127.0.0.1') return true
  return isIP(name) !== 0 && loopback.check(name, isIPv4(name) ? 'ipv4' : 'ipv6')
}

/** The name in a `Host` header, in small letters, without its port and brackets. */
const hostName = (host: string): string => {
  if (isIP(host) !== 0) return host
  const [, inBrackets, plain] = /^(?:\[([0-9a-f:.]+)\]|([^:\s[\]]+))(?::\d{1,5})?$/i.exec(host) ?? []
  return (inBrackets ?? plain ?? '').toLowerCase()
}

/** By what an address is counted: whoever has one IPv6 address has all of its /64. */
export const countedBy = (address: string): string =>
  isIP(address) === 6 && !address.includes('.') ? groups(address).slice(0, 4).join(':') : address

function groups(address: string): string[] {
  const [left = '', right] = address.toLowerCase().split('%', 1)[0]?.split('::') ?? []
  const list = (text: string) => (text === '' ? [] : text.split(':'))
  if (right === undefined) return list(left)
  const zeros = Array<string>(Math.max(0, 8 - list(left).length - list(right).length)).fill('0')
  return [...list(left), ...zeros, ...list(right)].map((group) => group.replace(/^0+(?=.)/, ''))
}
