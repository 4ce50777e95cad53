import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { act } from './page-act.ts'
import { homePage, repositoryPage } from './page-lists.ts'
import { pullPage } from './page-pull.ts'
import { type PageSource, pathOf, type RepositoryName, securityHeaders } from './page-view.ts'

/**
 * Adds pages to look at pull requests, and to review and merge them as any of the people: `/`, `/{owner}/{repo}` and
 * `/{owner}/{repo}/pull/{number}`.
 *
 * They read and write by the REST API at its `url` alone, so that what they show is what an App would get. Whoever
 * does not ask for HTML gets the answer that the API would have given. Anybody who reaches the port can act as
 * anybody: this is for looking at an emulator on one's own machine.
 */
export function registerPage(fastify: FastifyInstance, source: PageSource): void {
  fastify.register(async (pages) => {
    pages.removeAllContentTypeParsers()
    pages.addContentTypeParser('*', { parseAs: 'string', bodyLimit: 1024 * 1024 }, (_request, body, done) =>
      done(null, body),
    )

    pages.get('/', (request, reply) => show(request, reply, () => homePage(source)))
    pages.get<{ Params: RepositoryName }>('/:owner/:repo', (request, reply) =>
      show(request, reply, () => repositoryPage(source, request.params)),
    )
    pages.get<{ Params: PullParams }>('/:owner/:repo/pull/:number', (request, reply) =>
      show(request, reply, () => pullPage(source, request.params, Number(request.params.number), null)),
    )
    pages.post<{ Params: PullParams }>('/:owner/:repo/pull/:number', async (request, reply) => {
      if (!sameOrigin(request))
        return reply.code(403).type('text/plain').send('expected a form of this page\n')
      const { params } = request
      const form = new URLSearchParams(String(request.body ?? ''))
      const refused = await act(source, params, Number(params.number), form)
      if (refused === null) return reply.redirect(pathOf(params, params.number), 303)
      const shown = () => pullPage(source, params, Number(params.number), refused.message)
      return show(request, reply.code(refused.status), shown)
    })
  })
}

type PullParams = RepositoryName & { readonly number: string }

async function show(
  request: FastifyRequest,
  reply: FastifyReply,
  build: () => Promise<string | null>,
): Promise<FastifyReply> {
  const wanted = request.headers.accept?.includes('text/html') === true
  const text = wanted ? await build() : null
  if (text === null) {
    reply.callNotFound()
    return reply
  }
  return reply.headers(securityHeaders).send(text)
}

/** A browser says where a form came from. Another site must not be able to press these buttons. */
function sameOrigin({ headers }: FastifyRequest): boolean {
  return headers.origin === undefined || headers.origin === `http://${headers.host}`
}
