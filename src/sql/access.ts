type Json = string

/** A token of the API. Of its text only a hash is kept. Names are never given twice: history names who acted by them. */
export interface TokenRow {
  name: string
  /** SHA-256 in hex of the text. */
  hash: string
  /** JSON list of scopes. */
  scopes: Json
  /** Narrows what is seen to what people of this team own; null sees everything. */
  team: string | null
  at: number
  by: string
  expires_at: number | null
  /** To the hour. */
  last_used: number | null
  revoked_at: number | null
  revoked_by: string | null
}

/** A login link: good for one use until it expires. */
export interface LoginLinkRow {
  /** SHA-256 in hex of the secret in the link. */
  hash: string
  /** Null where nobody has the address that was given: then no letter went out. */
  person: string | null
  letter: string | null
  at: number
  expires_at: number
  used_at: number | null
}

/** A browser in which a person is signed in. */
export interface SessionRow {
  /** SHA-256 in hex of the secret in the cookie. */
  hash: string
  person: string
  /** How the person proved who it is. */
  via: 'link' | 'openid'
  at: number
  /** To the hour; a session that nobody uses ends. */
  last_used: number
}
