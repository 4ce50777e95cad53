import { killAtSteps } from './steps.ts'

killAtSteps('postgres')
