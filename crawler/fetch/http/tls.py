"""TLS for both engines: which certificates are trusted, and whether a connection ended properly."""

import asyncio
import ssl
from pathlib import Path


def make_context(ca_file: Path | None, *, verify: bool) -> ssl.SSLContext:
    """Return a client's settings. `ca_file` is trusted in addition to the system's certificates."""
    context = ssl.create_default_context()
    # RFC 9525, 6.3: a certificate names its hosts in subjectAltName, never in the common name.
    context.hostname_checks_common_name = False
    context.set_alpn_protocols(["http/1.1"])
    if ca_file is not None:
        context.load_verify_locations(ca_file)
    if not verify:
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
    return context


def was_cut(transport: asyncio.BaseTransport) -> bool:
    """Whether a TLS connection ended without the peer's close_notify; False without TLS.

    Anybody on the path can end a TCP connection. Only the peer can send close_notify, so a body
    that ends with its connection is complete only with one (RFC 9112, 9.8). Call this when the
    connection is lost: all that was received must have been read.
    """
    ssl_object = transport.get_extra_info("ssl_object")
    if ssl_object is None:
        return False
    try:
        return bool(ssl_object.read(1))  # nothing: close_notify was received
    except ssl.SSLZeroReturnError:
        return False
    except (ssl.SSLError, ValueError):  # it would wait for more, or is broken
        return True
