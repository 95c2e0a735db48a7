"""The native room: the protocol of docs/room-protocol.md, its server and its connector, which share only the wire."""
