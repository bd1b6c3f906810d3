"""Just enough HTTP/2 over TLS to lose a request on a reused connection.

Usage: h2_server.py CERTIFICATE KEY MODE

Prints its port. Every request is answered with the number of requests seen so
far, but for the second one on the first connection, where MODE decides:
"refuse" resets its stream as refused, "goaway" says that it was not processed
and closes, "close" closes without a word.
"""

import socket
import ssl
import struct
import sys
import threading

DATA, HEADERS, RST_STREAM, SETTINGS, PING, GOAWAY = 0, 1, 3, 4, 6, 7
END_STREAM, END_HEADERS, ACK = 1, 4, 1
REFUSED_STREAM = 7
PREFACE = 24
STATUS_200 = b"\x88"  # entry 8 of HPACK's static table

seen = 0


def frame(kind, flags, stream, payload=b""):
    head = struct.pack(">I", len(payload))[1:]
    return head + struct.pack(">BBI", kind, flags, stream) + payload


def read(tls, size):
    data = b""
    while len(data) < size:
        part = tls.recv(size - len(data))
        if not part:
            raise EOFError
        data += part
    return data


def answer(tls, stream):
    tls.sendall(
        frame(HEADERS, END_HEADERS, stream, STATUS_200)
        + frame(DATA, END_STREAM, stream, str(seen).encode())
    )


def lose(tls, stream, mode):
    if mode == "refuse":
        code = struct.pack(">I", REFUSED_STREAM)
        tls.sendall(frame(RST_STREAM, 0, stream, code))
        return
    if mode == "goaway":
        tls.sendall(frame(GOAWAY, 0, 0, struct.pack(">II", stream - 2, 0)))
    raise EOFError


def serve(tls, first, mode):
    global seen
    on_this = 0
    read(tls, PREFACE)
    tls.sendall(frame(SETTINGS, 0, 0))
    while True:
        head = read(tls, 9)
        size = int.from_bytes(head[:3], "big")
        kind, flags, stream = struct.unpack(">BBI", head[3:])
        payload = read(tls, size)
        if kind in (SETTINGS, PING) and not flags & ACK:
            tls.sendall(frame(kind, ACK, 0, payload if kind == PING else b""))
        elif kind in (HEADERS, DATA) and flags & END_STREAM:
            seen += 1
            on_this += 1
            if first and on_this == 2:
                lose(tls, stream, mode)
            else:
                answer(tls, stream)


def converse(tls, first, mode):
    try:
        serve(tls, first, mode)
    except (EOFError, OSError):
        tls.close()


def main():
    certificate, key, mode = sys.argv[1:]
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)
    context.set_alpn_protocols(["h2"])
    with socket.create_server(("127.0.0.1", 0)) as listener:
        print(listener.getsockname()[1], flush=True)
        first = True
        while True:
            connection, _ = listener.accept()
            tls = context.wrap_socket(connection, server_side=True)
            arguments = (tls, first, mode)
            threading.Thread(target=converse, args=arguments, daemon=True).start()
            first = False


if __name__ == "__main__":
    main()
