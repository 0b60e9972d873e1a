"""TCP proxies between the nodes of `./dev cluster`, so that it can be split on any machine, without root.

    cluster_proxies.py DIRECTORY NODE=HOST:PORT...

There is one for each node that dials and node that is dialled. DIRECTORY has what they share with the shell:
  proxies   written here: lines `FROM TO PORT`. A later start takes the same ports: the nodes' configurations name them.
  cuts      written by ./dev cluster: lines `FROM TO`, nothing gets from one to the other. Read at start and on SIGHUP.
  cuts.now  written here: the cuts that hold now.

What is cut waits, as bytes in a broken network do, and goes on after healing; so does a connection's end. Who dials
across a cut waits for an answer until it gives up. The bytes are only carried: with TLS or without. A crash here cuts
everybody off; `./dev cluster start N`, `split` and `heal` start the proxies again, with the same ports and cuts.
"""
import asyncio
import contextlib
import os
import pathlib
import signal
import sys

FIRST_PORT, LAST_PORT = 7500, 12_000  # below the range from which the system takes ports of outgoing connections
DIAL_S = 10  # longer than a node waits for a hello: by then it has given up


def write_whole(path, text):
    """Readers see the old file or the new one."""
    new = path.with_name(path.name + ".new")
    new.write_text(text, encoding="utf-8")
    os.replace(new, path)


class Proxies:
    """Between each two nodes, for the one that dials, a proxy on loopback. On the event loop's thread, all of it."""

    def __init__(self, nodes):
        self.nodes = nodes  # node -> (host, port)
        self.gates = {(a, b): asyncio.Event() for a in nodes for b in nodes if a != b}  # set: not cut
        self.cut(())

    def cut(self, pairs):
        """Nothing gets from a to b, for each of these (a, b); all others are whole."""
        for pair, gate in self.gates.items():
            if pair in pairs:
                gate.clear()
            else:
                gate.set()

    async def listen(self, a, b, port):
        """A server for those who, as node a, dial node b. OSError: somebody has the port."""
        async def accept(reader, writer):
            # Cancelled: the proxies end. TimeoutError is an OSError only from Python 3.11 on.
            with contextlib.suppress(OSError, asyncio.TimeoutError, asyncio.CancelledError), contextlib.closing(writer):
                await self.link(reader, writer, a, b)

        return await asyncio.start_server(accept, "127.0.0.1", port)

    async def link(self, reader, writer, a, b):
        async def both_ways():
            await self.gates[a, b].wait()
            await self.gates[b, a].wait()

        await asyncio.wait_for(both_ways(), DIAL_S)
        far_reader, far_writer = await asyncio.open_connection(*self.nodes[b])
        with contextlib.closing(far_writer):
            await asyncio.gather(self.carry(reader, far_writer, a, b), self.carry(far_reader, writer, b, a))

    async def carry(self, reader, writer, a, b):
        """Until a ends the connection, or has died: b hears of that as it hears the rest."""
        with contextlib.suppress(OSError):
            while data := await reader.read(1 << 16):
                await self.gates[a, b].wait()
                writer.write(data)
                await writer.drain()
        await self.gates[a, b].wait()
        with contextlib.suppress(OSError):
            writer.write_eof()


class ControlFiles:
    """What the shell and the proxies tell each other, as files of a directory."""

    def __init__(self, directory, nodes):
        self.directory = directory
        self.proxies = Proxies(nodes)
        self.ports = {}
        self.next_port = FIRST_PORT

    def read_cuts(self):
        path = self.directory / "cuts"
        text = path.read_text(encoding="utf-8") if path.exists() else ""
        self.proxies.cut({tuple(line.split()) for line in text.splitlines()})
        return text

    def follow_cuts(self):
        write_whole(self.directory / "cuts.now", self.read_cuts())

    async def run(self):
        stop = asyncio.Event()
        loop = asyncio.get_running_loop()
        loop.add_signal_handler(signal.SIGTERM, stop.set)
        loop.add_signal_handler(signal.SIGHUP, self.follow_cuts)
        known = self.directory / "proxies"
        if known.exists():
            lines = [line.split() for line in known.read_text(encoding="utf-8").splitlines()]
            self.ports = {(a, b): int(port) for a, b, port in lines}
        self.read_cuts()  # before anybody gets through
        servers = [await self.listen(a, b) for a, b in self.proxies.gates]
        write_whole(known, "".join(f"{a} {b} {port}\n" for (a, b), port in self.ports.items()))
        self.follow_cuts()
        await stop.wait()
        for server in servers:
            server.close()

    async def listen(self, a, b):
        if (a, b) in self.ports:
            return await self.proxies.listen(a, b, self.ports[a, b])
        while self.next_port <= LAST_PORT:
            port = self.next_port
            self.next_port += 1
            with contextlib.suppress(OSError):  # somebody has it
                server = await self.proxies.listen(a, b, port)
                self.ports[a, b] = port
                return server
        raise OSError(f"no free port from {FIRST_PORT} to {LAST_PORT}")


def main(arguments):
    if len(arguments) < 3 or not all("=" in word for word in arguments[1:]):
        print(__doc__, file=sys.stderr)
        return 2
    nodes = {}
    for word in arguments[1:]:
        number, address = word.split("=", 1)
        host, port = address.rsplit(":", 1)
        nodes[number] = (host, int(port))
    try:
        asyncio.run(ControlFiles(pathlib.Path(arguments[0]), nodes).run())
    except OSError as error:
        print(f"the proxies end: {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
