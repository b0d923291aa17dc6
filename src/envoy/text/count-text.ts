/** `1 update`, `2 updates`, `1,200 updates`. @param many the plural, where it is more than an s */
export function countText(count: number, one: string, many = `${one}s`): string {
  return `${count.toLocaleString('en-US')} ${count === 1 ? one : many}`
}
