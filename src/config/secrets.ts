const SECRET = /\$\{\s*([A-Za-z_][A-Za-z0-9_]*)\s*\}/g

/** Does the text name something of the environment: `${SMTP_URL}`? */
export const mentionsSecret = (text: string): boolean => text.search(SECRET) >= 0

/** The names in a text, in order, each once. */
export const secretsIn = (text: string): string[] => [
  ...new Set([...text.matchAll(SECRET)].map((match) => match[1] as string)),
]

/**
 * The text with its secrets filled in, for the moment of sending; or the names that are not set. The result must never be
 * printed, logged or stored.
 */
export function resolveSecrets(
  text: string,
  env: Readonly<Record<string, string | undefined>>,
): { text: string; unset: readonly string[] } {
  const unset = secretsIn(text).filter((name) => !env[name])
  return { text: text.replaceAll(SECRET, (_, name: string) => env[name] ?? ''), unset }
}
