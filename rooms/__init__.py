"""Live rooms: one folder or file a platform, wire parsing apart from sockets; and the native room server."""
