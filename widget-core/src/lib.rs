//! The rules of the widget.
