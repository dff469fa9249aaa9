import { describe, expect, test } from 'vitest'
import { linewalker, shareCompany, transcript } from './support.js'

/** Tokens, call by call: each test goes on where the one before ended. */
describe('token', () => {
  shareCompany()

  test('created, listed and revoked, in words', async () => {
    const said: string[] = []
    for (const args of [
      ['token', 'list'],
      ['token', 'create', 'crm', '--scope', 'read', '--scope', 'write'],
      ['token', 'create', 'board', '--scope', 'read', '--team', 'west', '--expires', '90 days'],
      ['token', 'create', 'old', '--scope', 'read', '--expires', '1 hour', '--at', '2026-03-01'],
      ['token', 'revoke', 'crm'],
      ['token', 'revoke', 'crm'],
      ['token'],
    ]) {
      said.push(transcript(args.join(' '), await linewalker(args)))
    }
    await expect(said.join('\n')).toMatchFileSnapshot('golden/token.txt')
  })

  test('its text stands on a line of its own, differs each time, and is never listed', async () => {
    const texts: string[] = []
    for (const name of ['one', 'two']) {
      const { out } = await linewalker(['token', 'create', name, '--scope', 'admin'])
      expect(out).toMatch(/^lw_[A-Za-z0-9_-]{43}\n$/)
      texts.push(out.trim())
    }
    expect(texts[0]).not.toBe(texts[1])
    const { out } = await linewalker(['token', 'create', 'three', '--scope', 'hooks', '--json'])
    expect(JSON.parse(out)).toEqual({
      token: expect.stringMatching(/^lw_[A-Za-z0-9_-]{43}$/),
      name: 'three',
      scopes: ['hooks'],
      team: null,
      expires_at: null,
    })
    const listed = await linewalker(['token', 'list', '--json'])
    expect(listed.out).not.toContain('lw_')
    expect(listed.out).not.toContain('hash')
    expect(JSON.parse(listed.out).tokens).toHaveLength(6)
  })

  test('what is wrong is a sentence, and nothing is made', async () => {
    const said: string[] = []
    for (const args of [
      ['token', 'create'],
      ['token', 'create', 'new'],
      ['token', 'create', 'new', '--scope', 'raed'],
      ['token', 'create', 'new', '--scope', 'read', '--team', 'wset'],
      ['token', 'create', 'new', '--scope', 'read', '--expires', 'soon'],
      ['token', 'create', 'new', '--scope', 'read', '--expires', '0 days'],
      ['token', 'create', 'two words', '--scope', 'read'],
      ['token', 'create', 'crm\r\nSet-Cookie: a=b', '--scope', 'read'],
      ['token', 'create', 'crm', '--scope', 'read'],
      ['token', 'revoke', 'cmr'],
      ['token', 'shred'],
    ]) {
      const ran = await linewalker(args)
      expect({ args, code: ran.code, out: ran.out }).toEqual({ args, code: 2, out: '' })
      said.push(transcript(args.join(' '), ran))
    }
    await expect(said.join('\n')).toMatchFileSnapshot('golden/token-mistakes.txt')
    expect((await linewalker(['token', 'list', '--json'])).out).not.toContain('"new"')
  })
})
