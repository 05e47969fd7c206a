"""Opens sessions that log in, run one query and are idle from then on.

    idle_sessions.py PORT USER PASSWORD COUNT

Says "warm" after as many logins a few at a time, waits for a line, opens COUNT sessions, says "open", waits for a line.
"""
import asyncio
import base64
import struct
import sys

import scram

AT_ONCE = 32
# For buffers and delayed work to come to rest.
SETTLE_SECONDS = 3


def frame(kind, body):
    return kind + struct.pack("!i", len(body) + 4) + body


async def receive(reader):
    kind, length = struct.unpack("!ci", await reader.readexactly(5))
    body = await reader.readexactly(length - 4)
    if kind == b"E":
        raise RuntimeError(f"refused: {body!r}")
    return kind, body


async def until(reader, wanted):
    while True:
        kind, body = await receive(reader)
        if kind == wanted:
            return body


async def open_session(port, user, password):
    reader, writer = await asyncio.open_connection("127.0.0.1", port, limit=1024)
    startup = struct.pack("!i", 196608) + f"user\0{user}\0database\0{user}\0application_name\0idle\0\0".encode()
    writer.write(struct.pack("!i", len(startup) + 4) + startup)
    await until(reader, b"R")
    client_first = f"n=,r={scram.nonce()}"
    message = ("n,," + client_first).encode()
    writer.write(frame(b"p", b"SCRAM-SHA-256\0" + struct.pack("!i", len(message)) + message))
    server_first = (await until(reader, b"R"))[4:].decode()
    said = scram.attributes(server_first)
    client_key, stored_key, _ = scram.client_keys(password, base64.b64decode(said["s"]), int(said["i"]))
    without_proof = f"c=biws,r={said['r']}"
    signature = scram.mac(stored_key, f"{client_first},{server_first},{without_proof}".encode())
    proof = base64.b64encode(scram.xor(client_key, signature)).decode()
    writer.write(frame(b"p", f"{without_proof},p={proof}".encode()))
    await until(reader, b"Z")
    writer.write(frame(b"Q", b"SELECT 1\0"))
    await until(reader, b"Z")
    return writer


async def end_session(writer):
    writer.write(frame(b"X", b""))
    writer.close()
    await writer.wait_closed()


async def in_turns(count, session):
    left = iter(range(count))

    async def turn():
        for _ in left:
            await session()

    await asyncio.gather(*(turn() for _ in range(AT_ONCE)))


async def say(word):
    await asyncio.sleep(SETTLE_SECONDS)
    print(word, flush=True)
    await asyncio.get_running_loop().run_in_executor(None, sys.stdin.readline)


async def main(port, user, password, count):
    async def pass_by():
        await end_session(await open_session(port, user, password))

    await in_turns(count, pass_by)
    await say("warm")
    sessions = []

    async def stay():
        sessions.append(await open_session(port, user, password))

    await in_turns(count, stay)
    await say("open")


asyncio.run(main(int(sys.argv[1]), sys.argv[2], sys.argv[3], int(sys.argv[4])))
