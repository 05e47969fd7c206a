"""A stand-in for a PostgreSQL server with many idle sessions: logs in as PostgreSQL does, then does nothing.

    silent_server.py PORT VERIFIER
"""
import asyncio
import base64
import hashlib
import struct
import sys

import scram

PARAMETERS = {
    "application_name": "",
    "client_encoding": "UTF8",
    "DateStyle": "ISO, MDY",
    "default_transaction_read_only": "off",
    "in_hot_standby": "off",
    "integer_datetimes": "on",
    "IntervalStyle": "postgres",
    "is_superuser": "off",
    "server_encoding": "UTF8",
    "server_version": "15.18 (Debian 15.18-0+deb12u1)",
    "session_authorization": "shop__bench",
    "standard_conforming_strings": "on",
    "TimeZone": "Etc/UTC",
}
SSL_REQUEST = 80877103


def frame(kind, body=b""):
    return kind + struct.pack("!i", len(body) + 4) + body


READY = frame(b"Z", b"I")
# A message of the client's, and what it is answered with.
ANSWERS = {
    b"Q": frame(b"C", b"SELECT 1\0") + READY,
    b"P": frame(b"1"),
    b"B": frame(b"2"),
    b"C": frame(b"3"),
    b"D": frame(b"n"),
    b"E": frame(b"C", b"SELECT 1\0"),
    b"S": READY,
    b"H": b"",
}


class Session(asyncio.Protocol):
    def __init__(self, verifier):
        self.salt, self.iterations, self.stored_key, self.server_key = verifier
        self.received = b""
        self.step = self.on_startup
        self.begun = False

    def connection_made(self, transport):
        self.transport = transport

    def data_received(self, data):
        self.received += data
        while True:
            header = 5 if self.begun else 4
            if len(self.received) < header:
                return
            end = struct.unpack_from("!i", self.received, header - 4)[0] + header - 4
            if len(self.received) < end:
                return
            message, self.received = self.received[:end], self.received[end:]
            self.step(message[:1], message[header:])

    def authentication(self, code, body=b""):
        return frame(b"R", struct.pack("!i", code) + body)

    def on_startup(self, _, body):
        if struct.unpack_from("!i", body)[0] == SSL_REQUEST:
            self.transport.write(b"N")
            return
        self.begun = True
        self.step = self.on_client_first
        self.transport.write(self.authentication(10, b"SCRAM-SHA-256\0\0"))

    def on_client_first(self, _, body):
        message = body[body.index(b"\0") + 5:].decode()
        self.client_first = message.split(",", 2)[2]
        self.server_first = f"r={scram.attributes(self.client_first)['r']}{scram.nonce()},s={self.salt},i={self.iterations}"
        self.step = self.on_client_final
        self.transport.write(self.authentication(11, self.server_first.encode()))

    def on_client_final(self, _, body):
        without_proof, proof = body.decode().rsplit(",p=", 1)
        text = f"{self.client_first},{self.server_first},{without_proof}".encode()
        client_key = scram.xor(scram.mac(self.stored_key, text), base64.b64decode(proof))
        if hashlib.sha256(client_key).digest() != self.stored_key:
            self.transport.close()
            return
        signature = base64.b64encode(scram.mac(self.server_key, text))
        out = self.authentication(12, b"v=" + signature) + self.authentication(0)
        for name, value in PARAMETERS.items():
            out += frame(b"S", f"{name}\0{value}\0".encode())
        self.step = self.on_message
        self.transport.write(out + frame(b"K", struct.pack("!ii", 1, 1)) + READY)

    def on_message(self, kind, _):
        if kind == b"X":
            self.transport.close()
        else:
            self.transport.write(ANSWERS[kind])


async def main(port, verifier):
    parsed = scram.parse_verifier(verifier)
    server = await asyncio.get_running_loop().create_server(lambda: Session(parsed), "127.0.0.1", port, backlog=4096)
    await server.serve_forever()


asyncio.run(main(int(sys.argv[1]), sys.argv[2]))
