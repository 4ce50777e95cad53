import type { SecurityMeaning } from './security.ts'

/**
 * Whether a name is spelled with letters that are not what they look like: a Cyrillic or Greek one among Latin ones, or
 * none but those that make up a word of ours. Names in a script of their own are as good as any other.
 */
export function confusable(name: string): SecurityMeaning | undefined {
  // Nearly all names, and nothing to look for in them.
  if (!/[^\0-\x7f]/.test(name)) return
  const characters = [...name.normalize('NFC')]
  const strange = characters.filter((one) => twins.has(one))
  if (strange.length === 0) return
  const seems = characters.map((one) => twins.get(one) ?? one).join('')
  if (!isMixed(characters) && !(/^[\0-\x7f]+$/.test(seems) && words.has(seems.toLowerCase()))) return
  return { kind: 'confusable-name', name, seems, letters: [...new Set(strange)].map(codePoint) }
}

// A word that is Latin but for a letter of another script that is its twin. `Δt` and `дата_id` are what they look like.
function isMixed(characters: readonly string[]): boolean {
  const latin = characters.some((one) => /[a-z]/i.test(one))
  const others = characters.filter((one) => /\p{L}/u.test(one) && !/\p{Script=Latin}/u.test(one))
  const cyrillic = others.some((one) => /\p{Script=Cyrillic}/u.test(one))
  const greek = others.some((one) => /\p{Script=Greek}/u.test(one))
  if (cyrillic && greek) return true
  return latin && runs(characters).some(foolsTheEye)
}

/** Letters without what stands between them. */
function runs(characters: readonly string[]): readonly (readonly string[])[] {
  const found: string[][] = [[]]
  for (const one of characters) {
    if (/\p{L}/u.test(one)) found.at(-1)?.push(one)
    else found.push([])
  }
  return found.filter(({ length }) => length > 0)
}

function foolsTheEye(run: readonly string[]): boolean {
  const alike = run.filter((one) => twins.has(one)).length
  if (alike === 0) return false
  return run.some((one) => /[a-z]/i.test(one)) || alike === run.length
}

function codePoint(letter: string): string {
  return `U+${(letter.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')}`
}

// From confusables.txt of Unicode TR39, those letters whose usual forms one cannot tell from a Latin one.
const pairs = `
  а a ԁ d е e һ h і i ј j ӏ l о o р p ԛ q г r ѕ s с c у y ү y ԝ w х x ѵ v ո n ս u օ o հ h ց g զ q ա w
  А A В B С C Е E Н H І I Ј J К K М M О O Р P Ѕ S Т T Х X Ү Y Ԝ W Ԛ Q Ӏ I Ѵ V Ԍ G Ԁ d
  α a ο o ν v ρ p υ u ι i κ k χ x ϲ c ϳ j γ y σ o η n τ t ω w
  Α A Β B Ε E Ζ Z Η H Ι I Κ K Μ M Ν N Ο O Ρ P Τ T Υ Y Χ X Ϲ C Ϳ J
  ɑ a ɡ g ɩ i ʏ y ᴏ o ᴄ c ᴠ v ᴡ w ᴢ z ꜱ s ℮ e Ꭺ A Ᏼ B Ꮯ C Ꭼ E Ꮋ H Ꭻ J Ꮶ K Ꮮ L Ꮇ M Ꮲ P Ꮪ S Ꭲ T Ꮩ V Ꮃ W Ꮓ Z
`
  .trim()
  .split(/\s+/)

const full = Array.from({ length: 26 }, (_, i) => [
  [String.fromCodePoint(0xff21 + i), String.fromCodePoint(0x41 + i)] as const,
  [String.fromCodePoint(0xff41 + i), String.fromCodePoint(0x61 + i)] as const,
]).flat()

const twins: ReadonlyMap<string, string> = new Map([
  ...pairs.flatMap((one, i) => (i % 2 === 0 ? [[one, pairs[i + 1] ?? ''] as const] : [])),
  ...full,
])

// What a whole word of twins may pass for: names that tables and columns, roles and schemas have.
const words = new Set(
  `users user accounts account orders order roles role access accesses secrets secret keys key passes pass scopes scope
  cards card cases case prices price cost costs sales sale stores store sources source hash hashes posts post phone
  phones people persons person cars car copy copies api apis app apps shop shops ids public owner owners carrier
  payee payees payer payers pay pays peer peers proxy proxies spec specs pepper pass_hash is_paid paid aspects
  hosts host host_key data date dates address addresses`
    .trim()
    .split(/\s+/),
)
