//! The HTTP APIs over real sockets.
