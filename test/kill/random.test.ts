import { killsAtRandom } from './random.ts'

killsAtRandom('postgres')
