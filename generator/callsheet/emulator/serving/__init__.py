"""Ways in and out: sockets, ASGI, a transport in memory, and webhooks on their way. All input and output is here."""
