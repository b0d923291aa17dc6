/** Formats in which the text is the proxy's own, as Prometheus reads it. */
export const prometheusFormats: readonly string[] = ['prom', 'prom-merged']
