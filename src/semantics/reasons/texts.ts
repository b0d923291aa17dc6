/** The sentence of each code of one subject. A code without a sentence is a type error. */
export type Texts<Args> = { readonly [Code in keyof Args]: (args: Args[Code]) => string }

/** Of a code that says everything by itself. */
export type NoArgs = Readonly<Record<string, never>>
