//! What is remembered of days that are over.

mod store;
