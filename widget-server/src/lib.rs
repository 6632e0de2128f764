//! The server of the widget.
