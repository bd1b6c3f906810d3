"""A server over TLS that does one thing wrong.

Usage: tls_server.py CERTIFICATE KEY MODE

Prints its port. MODE "h2": it offers HTTP/2 alone, and what it says first is
its SETTINGS frame, as such servers do. "stalls": it answers one request, takes
nothing until SIGUSR1, and prints how many bytes came after.
"""

import signal
import socket
import ssl
import sys

SETTINGS = bytes((0, 0, 0, 4, 0, 0, 0, 0, 0))
ANSWER = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}"


def read_all(tls):
    count = 0
    try:
        while part := tls.recv(65536):
            count += len(part)
    except OSError:
        pass
    return count


def stall(tls):
    request = b""
    while b"\r\n\r\n" not in request:
        request += tls.recv(4096)
    tls.sendall(ANSWER)
    signal.sigwait({signal.SIGUSR1})
    print(read_all(tls), flush=True)


def main():
    certificate, key, mode = sys.argv[1:]
    signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGUSR1})
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)
    if mode == "h2":
        context.set_alpn_protocols(["h2"])
    with socket.socket() as listener:
        if mode == "stalls":  # its kernel is to take little, too
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 2048)
        listener.bind(("127.0.0.1", 0))
        listener.listen()
        print(listener.getsockname()[1], flush=True)
        connection, _ = listener.accept()
        with context.wrap_socket(connection, server_side=True) as tls:
            if mode == "h2":
                tls.sendall(SETTINGS)
                read_all(tls)
            else:
                stall(tls)


if __name__ == "__main__":
    main()
