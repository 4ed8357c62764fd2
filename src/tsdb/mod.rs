//! Prometheus's data on disk, read without a server.
//!
//! Takes the path of a block, or of a folder of blocks; gives what series there are and their samples as
//! [`Column`](crate::base::Column)s. Reads only. Must not know queries or sources. Checksums are verified, no length is
//! trusted: a corrupt or cut-off file is a [`Fault`] that names file and byte, never a panic, never a shorter answer.
//! To add a chunk encoding: its file in `chunk` and its line in [`Encoding`].

mod block;
mod checksum;
mod chunk;
mod cursor;
mod database;
mod fault;
mod file;
mod folder;
pub mod head;
mod heap;
mod overlaid;
mod piece;
mod samples;

pub use checksum::verify;
pub use chunk::{Encoding, decode, samples};
use chunk::{Rows, decode_three};
pub use cursor::Cursor;
pub use database::{BlockCoverage, Coverage, Database, HeadCoverage, SeriesRef, Skipped, open};
pub use fault::{Broken, Fault};
pub use folder::is_data;
pub use samples::chained;
