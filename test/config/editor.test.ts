import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'

const root = new URL('../../', import.meta.url)
const modeline = `# yaml-language-server: $schema=${new URL('schemas/linewalker.schema.json', root)}\n`

interface Diagnostic {
  range: { start: { line: number; character: number } }
  message: string
}
interface Message {
  id?: number
  method?: string
  params?: { uri?: string; diagnostics?: Diagnostic[] }
  result?: unknown
}

/** The language server that editors use, over stdio, with nothing but our published schema. */
class Editor {
  readonly #server: ChildProcessWithoutNullStreams
  readonly #answers = new Map<number, (result: unknown) => void>()
  readonly #diagnostics = new Map<string, (diagnostics: Diagnostic[]) => void>()
  #received = Buffer.alloc(0)
  #last = 0

  constructor() {
    const bin = new URL('node_modules/yaml-language-server/bin/yaml-language-server', root).pathname
    this.#server = spawn(process.execPath, [bin, '--stdio'])
    this.#server.stdout.on('data', (chunk: Buffer) => this.#receive(chunk))
  }

  async start(): Promise<void> {
    await this.#ask('initialize', { processId: process.pid, rootUri: null, capabilities: {} })
    this.#send({ method: 'initialized', params: {} })
    const yaml = { schemaStore: { enable: false }, validate: true, completion: true, hover: true }
    this.#send({ method: 'workspace/didChangeConfiguration', params: { settings: { yaml } } })
  }

  /** Opens a file and waits for what the server says of it. */
  open(uri: string, text: string): Promise<Diagnostic[]> {
    const told = new Promise<Diagnostic[]>((resolve) => this.#diagnostics.set(uri, resolve))
    this.#send({
      method: 'textDocument/didOpen',
      params: { textDocument: { uri, languageId: 'yaml', version: 1, text } },
    })
    return told
  }

  async complete(uri: string, line: number, character: number): Promise<string[]> {
    const params = { textDocument: { uri }, position: { line, character } }
    const { items } = (await this.#ask('textDocument/completion', params)) as { items: { label: string }[] }
    return items.map((item) => item.label)
  }

  async hover(uri: string, line: number, character: number): Promise<string> {
    const params = { textDocument: { uri }, position: { line, character } }
    return JSON.stringify(await this.#ask('textDocument/hover', params))
  }

  stop(): void {
    this.#server.kill()
  }

  #ask(method: string, params: unknown): Promise<unknown> {
    const id = ++this.#last
    this.#send({ id, method, params })
    return new Promise((resolve) => this.#answers.set(id, resolve))
  }

  #send(message: object): void {
    const text = JSON.stringify({ jsonrpc: '2.0', ...message })
    this.#server.stdin.write(`Content-Length: ${Buffer.byteLength(text)}\r\n\r\n${text}`)
  }

  #receive(chunk: Buffer): void {
    this.#received = Buffer.concat([this.#received, chunk])
    for (;;) {
      const head = this.#received.indexOf('\r\n\r\n')
      const length = Number(
        /Content-Length: (\d+)/i.exec(this.#received.subarray(0, Math.max(head, 0)).toString())?.[1],
      )
      if (head < 0 || this.#received.length < head + 4 + length) return
      this.#handle(JSON.parse(this.#received.subarray(head + 4, head + 4 + length).toString()))
      this.#received = this.#received.subarray(head + 4 + length)
    }
  }

  #handle({ id, method, params, result }: Message): void {
    if (id !== undefined && method) this.#send({ id, result: null })
    else if (id !== undefined) this.#answers.get(id)?.(result)
    else if (method === 'textDocument/publishDiagnostics') {
      this.#diagnostics.get(params?.uri ?? '')?.(params?.diagnostics ?? [])
    }
  }
}

describe('an editor with the published schema', () => {
  const editor = new Editor()
  const uri = 'file:///rules/quiet.yaml'
  const rule = `${modeline}rules:\n  quiet:\n    for: opportunity\n    when:\n      status: open\n`
  let opened = 0
  /** What the editor offers at the end of the text. */
  const offered = async (text: string): Promise<string[]> => {
    opened += 1
    const file = `file:///rules/${opened}.yaml`
    await editor.open(file, text)
    const lines = text.split('\n')
    return editor.complete(file, lines.length - 1, lines.at(-1)?.length ?? 0)
  }

  beforeAll(async () => {
    await editor.start()
    await editor.open(uri, rule)
  })
  afterAll(() => editor.stop())

  it('marks slips where they stand', async () => {
    const slips = await editor.open(
      'file:///rules/slips.yaml',
      `${modeline}rules:
  quiet:
    tilte: Quiet
    for: opportunity
    when: { statsu: open }
    severity: bad
    then:
      - create_taks: { title: Call them }
`,
    )
    const told = slips.map(({ range, message }) => `${range.start.line}:${range.start.character} ${message}`)
    expect(told.sort()).toEqual([
      '3:4 Property tilte is not allowed.',
      '5:12 Property statsu is not allowed.',
      '6:14 Value is not accepted. Valid values: "watch", "at_risk", "poor".',
      '8:8 Property create_taks is not allowed.',
    ])
  })

  it('has nothing to say of rules that are right', async () => {
    expect(
      await editor.open(
        'file:///rules/right.yaml',
        `${modeline}rules:
  quiet:
    for: opportunity
    when: { status: open, stage: [proposal], amount: { at_least: 10000 }, time_in_stage: { over: 2 x expected } }
    then: [{ notify: owner }, { create_task: { title: "Call {{ account.name }}", due: 2 days } }]
`,
      ),
    ).toEqual([])
  })

  it('completes the keys of a rule, facts and actions', async () => {
    expect(await offered(`${rule}    `)).toEqual(expect.arrayContaining(['lasting', 'severity', 'escalate']))
    expect(await offered(`${rule}      `)).toEqual(expect.arrayContaining(['time_in_stage', 'account.segment', 'any']))
    expect(await offered(`${rule}    then:\n      - `)).toEqual(
      expect.arrayContaining(['create_task', 'move_stage', 'notify']),
    )
    expect(await offered(`${rule}    severity: `)).toEqual(['watch', 'at_risk', 'poor'])
  })

  it('offers no "true" where a name belongs, and calls all that a map needs by what it is', async () => {
    expect(await offered(`${rule}      stage: `)).toEqual([])
    expect(await offered(`${rule}      stage: [`)).toEqual([])
    expect(await offered(`${rule}    then:\n      - assign: `)).toEqual([])
    expect(await offered(`${rule}      incomplete: `)).toEqual(['true', 'false'])
    expect((await offered(`${rule}    remind:\n      `)).sort()).toEqual(['a reminder', 'every', 'then'])
    const flags = `${modeline}rules:\n  quiet:\n    for: opportunity\n    when: { name: true, stage: [true, 1] }\n`
    expect(await editor.open('file:///rules/flags.yaml', flags)).toEqual([])
  })

  it('says what a word means', async () => {
    expect(await editor.hover(uri, 1, 2)).toContain('what is wrong')
    expect(await editor.hover(uri, 4, 5)).toContain('every line must hold')
    expect(await editor.hover(uri, 5, 8)).toContain('open, won, lost or abandoned')
  })
})
