//! The window: what the command line does, for the person at the bench.
