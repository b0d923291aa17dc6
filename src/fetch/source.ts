/** Gives the bytes of one admin path of one proxy. Nothing past this interface knows where they come from. */
export interface Source {
  /** How notes and errors name this source: `pod default/productpage-v1-abc`, a file name, a URL. */
  readonly label: string
  /**
   * Reads one admin path such as `config_dump?mask=bootstrap` (no leading slash).
   * @param method POST for the paths that can change something (`logging`); a file has none of those
   * @throws AppError in kubectl's words when it cannot be read
   */
  read(path: string, signal?: AbortSignal, method?: 'GET' | 'POST'): Promise<Uint8Array>
}
