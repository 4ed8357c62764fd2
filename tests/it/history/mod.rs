//! What is remembered of days that are over.

mod contracts;
mod joined;
mod store;
mod told;
