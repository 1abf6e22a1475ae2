//! Numbers, units, expressions, uncertainty and conformity: imports nobody, touches nothing.
