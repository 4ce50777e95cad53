// The escaper is shared with the Action's summary; it is a leaf, so that both rooms may have it.
export * from '@dbward/rules/markdown'
