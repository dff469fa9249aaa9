import { realpath, stat } from 'node:fs/promises'
import { resolve } from 'node:path'
import { type FSWatcher, watch } from 'chokidar'

/** Watches a folder of rules. */
export interface RulesWatch {
  close(): Promise<void>
}

/** How often it is looked whether the name of the folder still leads to the same one, in milliseconds. */
const LOOK = 2_000

/**
 * Calls back when a rules file in a folder was changed, added or removed: once for all that is written within a moment, and
 * not before it is written whole. It also calls back when the folder itself is another one: it was moved away and put back, or
 * a link leads elsewhere, as a deployment leaves it. Resolves when it watches.
 */
export async function watchRules(
  folder: string,
  changed: () => void,
  { settled = 300, look = LOOK }: { settled?: number; look?: number } = {},
): Promise<RulesWatch> {
  let timer: NodeJS.Timeout | undefined
  const soon = () => {
    clearTimeout(timer)
    timer = setTimeout(changed, settled)
  }
  let removed = false
  const watchIt = () =>
    watchFolder(folder, settled, (event, path) => {
      // Whatever comes in its place may pass for the same folder: numbers are given out anew.
      if (event === 'unlinkDir' && resolve(path) === resolve(folder)) removed = true
      soon()
    })
  let watched = await placeOf(folder)
  let watcher = await watchIt()
  let looking: Promise<void> | null = null
  async function lookAgain(): Promise<void> {
    const place = await placeOf(folder)
    if (place === watched && !removed) return
    await watcher.close()
    removed = false
    watcher = await watchIt()
    watched = place
    soon()
  }
  const looks = setInterval(() => {
    // A look that fails is repeated at the next turn.
    looking ??= lookAgain()
      .catch(() => undefined)
      .finally(() => {
        looking = null
      })
  }, look)
  return {
    close: async () => {
      clearInterval(looks)
      await looking
      clearTimeout(timer)
      await watcher.close()
    },
  }
}

/** Where a folder really is, and which one it is; the same text for every folder that is not there. */
async function placeOf(folder: string): Promise<string> {
  try {
    const { dev, ino, birthtimeMs } = await stat(folder)
    return `${await realpath(folder)} ${dev}/${ino} ${birthtimeMs}`
  } catch {
    return 'nowhere'
  }
}

async function watchFolder(
  folder: string,
  settled: number,
  changed: (event: string, path: string) => void,
): Promise<FSWatcher> {
  const watcher = watch(folder, {
    ignored: (path, stats) => stats?.isFile() === true && !/\.ya?ml$/i.test(path),
    ignoreInitial: true,
    atomic: true,
    awaitWriteFinish: { stabilityThreshold: settled, pollInterval: Math.min(100, settled) },
  })
  watcher.on('all', changed)
  // Where the folder cannot be watched any more the rules stay as they are, until the folder is another one.
  watcher.on('error', () => undefined)
  await new Promise<void>((ready) => watcher.once('ready', ready))
  return watcher
}
