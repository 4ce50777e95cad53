/** `1,200,000`. */
export function countWords(count: number): string {
  return String(count).replace(/\d(?=(\d{3})+$)/g, '$&,')
}

/** `340 MB`, in powers of ten. */
export function bytesWords(bytes: number): string {
  const units = ['bytes', 'kB', 'MB', 'GB', 'TB', 'PB']
  const nth = Math.min(units.length - 1, Math.floor(Math.log10(Math.max(1, bytes)) / 3))
  return `${short(bytes / 1000 ** nth)} ${units[nth]}`
}

/** To one digit behind the point where it has only one before. */
export function short(n: number): string {
  return n >= 10 ? String(Math.round(n)) : String(Math.round(n * 10) / 10)
}
