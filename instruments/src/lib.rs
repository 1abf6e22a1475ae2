//! Instruments: links, protocols, the catalogue of models and what each can do.
