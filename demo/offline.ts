import { Socket as Datagrams } from 'node:dgram'
import { Socket } from 'node:net'

/**
 * Loaded with `node --import` before a program that is to do its work without a network: the first try to connect or to
 * send ends it with this exit code. HTTP, TLS and `fetch` connect by these as well.
 */
const triedToConnect = 97

function end(): never {
  process.stderr.write('offline: the program tried to use the network\n')
  process.exit(triedToConnect)
}

Socket.prototype.connect = end
Datagrams.prototype.connect = end
Datagrams.prototype.send = end
