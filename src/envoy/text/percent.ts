/** `12.5 %`, with as many digits as it takes to tell small shares from none. */
export function percent(share: number): string {
  const value = share * 100
  return `${value >= 10 || value === 0 ? Math.round(value * 10) / 10 : Number(value.toPrecision(2))} %`
}

/** `12.5%`, as istioctl's columns have it; 0 for a share of nothing. */
export function percentCell(share: number): string {
  return `${Number.isFinite(share) ? Math.round(share * 10_000) / 100 : 0}%`
}
