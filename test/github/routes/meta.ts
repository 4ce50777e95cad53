import { type Route, route } from '../api.ts'
import { nameOf } from '../auth.ts'

export const metaRoutes: readonly Route[] = [
  route('get', '/meta', 'anybody', () => ({
    status: 200,
    body: { verifiable_password_authentication: false, hooks: ['127.0.0.1/32'], web: ['127.0.0.1/32'] },
  })),

  route('get', '/rate_limit', 'anybody', ({ world, caller }) => {
    const rate = world.rates.standing(nameOf(caller))
    return { status: 200, body: { resources: { core: rate, search: rate }, rate } }
  }),
]
