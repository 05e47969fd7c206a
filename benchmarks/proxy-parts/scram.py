"""SCRAM-SHA-256 (RFC 5802, RFC 7677) as PostgreSQL speaks it; run with a password, prints its verifier."""
import base64
import functools
import hashlib
import hmac
import os
import sys

ITERATIONS = 4096


def mac(key, text):
    return hmac.digest(key, text, "sha256")


def xor(left, right):
    return bytes(a ^ b for a, b in zip(left, right))


@functools.lru_cache
def client_keys(password, salt, iterations):
    """Client key, stored key and server key."""
    salted = hashlib.pbkdf2_hmac("sha256", password.encode(), salt, iterations)
    client_key = mac(salted, b"Client Key")
    return client_key, hashlib.sha256(client_key).digest(), mac(salted, b"Server Key")


def verifier(password):
    salt = os.urandom(16)
    _, stored_key, server_key = client_keys(password, salt, ITERATIONS)
    text = [base64.b64encode(value).decode() for value in (salt, stored_key, server_key)]
    return f"SCRAM-SHA-256${ITERATIONS}:{text[0]}${text[1]}:{text[2]}"


def parse_verifier(text):
    """Salt in base64, iterations, stored key, server key."""
    _, salting, keys = text.split("$")
    iterations, salt = salting.split(":")
    stored_key, server_key = keys.split(":")
    return salt, int(iterations), base64.b64decode(stored_key), base64.b64decode(server_key)


def attributes(message):
    return dict(part.split("=", 1) for part in message.split(","))


def nonce():
    return base64.b64encode(os.urandom(18)).decode()


if __name__ == "__main__":
    print(verifier(sys.argv[1]))
