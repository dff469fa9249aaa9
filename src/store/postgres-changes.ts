import pg from 'pg'

/** Hears when other processes have written. */
export interface Changes {
  /** A number that grew if one has since it was asked last; it grows too when the connection was lost meanwhile. */
  heard(): Promise<number>
  /** Calls back when one has, until what it returns is called; also when the connection was lost, since one may have. */
  listen(hear: () => void): () => void
  close(): Promise<void>
}

/** Milliseconds after which a connection that was lost is made again. */
const AGAIN = 1_000

/** Listens on a connection of its own, opened when it is needed first. What this process itself wrote does not count. */
export function listenTo(config: pg.ClientConfig, me: string): Changes {
  let count = 0
  let closed = false
  let listening: Promise<pg.Client> | null = null
  let again: NodeJS.Timeout | undefined
  const hearers = new Set<() => void>()
  const grow = () => {
    count += 1
    for (const hear of hearers) hear()
  }
  const forget = (client: Promise<pg.Client>) => {
    if (listening !== client) return
    listening = null
    grow()
    clearTimeout(again)
    if (hearers.size > 0 && !closed) again = setTimeout(keep, AGAIN).unref()
  }
  const open = (): Promise<pg.Client> => {
    const client = new pg.Client(config)
    const opened = (async () => {
      client.on('error', () => forget(opened))
      client.on('end', () => forget(opened))
      client.on('notification', ({ payload }) => {
        if (payload !== me) grow()
      })
      await client.connect()
      await client.query('listen linewalker_changes')
      return client
    })()
    return opened
  }
  const connection = () => {
    listening ??= open()
    return listening
  }
  const keep = () => {
    const client = connection()
    client.then(grow, () => forget(client))
  }
  return {
    heard: async () => {
      const client = connection()
      try {
        await (await client).query('select 1')
      } catch (error) {
        forget(client)
        throw error
      }
      return count
    },
    listen: (hear) => {
      hearers.add(hear)
      if (listening === null) keep()
      return () => void hearers.delete(hear)
    },
    close: async () => {
      closed = true
      clearTimeout(again)
      const client = await listening?.catch(() => null)
      listening = null
      await client?.end()
    },
  }
}
