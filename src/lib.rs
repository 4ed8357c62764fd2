//! `nines` tells whether a service kept its promise.

