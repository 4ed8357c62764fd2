//! What is remembered of days that are over.

mod joined;
mod store;
mod told;
