"""Just enough of a server over TLS that speaks nothing but HTTP/2.

Usage: h2_server.py CERTIFICATE KEY

Prints its port. It offers "h2" alone, and what it says first is its SETTINGS
frame, as such servers do.
"""

import socket
import ssl
import sys
import threading

SETTINGS = bytes((0, 0, 0, 4, 0, 0, 0, 0, 0))


def serve(tls):
    try:
        tls.sendall(SETTINGS)
        while tls.recv(4096):
            pass
    except OSError:
        pass
    tls.close()


def main():
    certificate, key = sys.argv[1:]
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)
    context.set_alpn_protocols(["h2"])
    with socket.create_server(("127.0.0.1", 0)) as listener:
        print(listener.getsockname()[1], flush=True)
        while True:
            connection, _ = listener.accept()
            tls = context.wrap_socket(connection, server_side=True)
            threading.Thread(target=serve, args=(tls,), daemon=True).start()


if __name__ == "__main__":
    main()
