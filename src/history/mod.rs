//! What is remembered of days that are over, for longer than a server keeps its data.
//!
//! Takes records and gives the lines to write; takes what a file holds and gives what it says of which day. Pure: no
//! disk, no clock. Must not know how a day was measured, nor how it is shown.

mod book;
mod line;
mod log;
mod record;

pub use book::{Book, Holding, Kept, Key};
pub use log::{Broken, Entry, Log, Tail, begin, encode, prune, read};
pub use record::{Counts, Coverage, Day, Excluded, Origin, Override, Pruned, Record, Replaced};
