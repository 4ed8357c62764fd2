//! `nines schema`: what can be written, for editors and for checks elsewhere.

use super::args::{SchemaArgs, SchemaOf};
use crate::app::World;
use crate::exit::Exit;
use crate::spec::schema;

pub(super) fn run(args: &SchemaArgs, world: &mut World<'_>) -> Exit {
    let schema = match args.of {
        SchemaOf::Spec => schema::json(),
        SchemaOf::Policy => schema::policy_json(),
    };
    world.print(format!("{schema:#}\n").as_bytes())
}
