"""Ports that the system chose, kept ours until a broker listens on them and while it is stopped."""

import socket

from compat.oracle.errors import OracleError


class Reservation:
    """A port of 127.0.0.1 that is bound and not listened on.

    A broker can listen on it all the same, since both sides set SO_REUSEADDR; the system gives it to nobody else.
    """

    def __init__(self, port: int = 0) -> None:
        self._socket = socket.socket()
        self._socket.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            self._socket.bind(("127.0.0.1", port))
        except OSError as error:
            self._socket.close()
            raise OracleError(f"port {port} of 127.0.0.1 is taken") from error
        self.port: int = self._socket.getsockname()[1]

    def release(self) -> None:
        self._socket.close()
