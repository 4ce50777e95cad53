import { jobsAreKilled } from './killed.ts'

jobsAreKilled('postgres')
