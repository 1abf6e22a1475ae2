//! The procedure language: read, checked and expanded before power is applied.
