//! Nothing of its own: the package exists so that its dependency is built at the pinned version.
