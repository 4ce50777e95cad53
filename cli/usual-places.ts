/** Where projects keep migrations, from the folder of a project; what tool writes there is told by the files. */
export const usualPlaces: readonly string[] = [
  'db/migrate',
  'db/migrations',
  'db/migration',
  'database/migrations',
  'migrations',
  'migration',
  'drizzle',
  'prisma/migrations',
  'supabase/migrations',
  'src/main/resources/db/migration',
  'sql',
]
