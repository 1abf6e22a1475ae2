//! Certificates: what leaves the laboratory, and how a stranger checks it.
