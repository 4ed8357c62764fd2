//! `nines schema`: what can be written, for editors and for checks elsewhere.

use super::args::{SchemaArgs, SchemaOf};
use crate::app::World;
use crate::exit::Exit;
use crate::spec::schema;

pub(super) fn run(args: &SchemaArgs, world: &mut World<'_>) -> Exit {
    let schema = schema::json(match args.of {
        SchemaOf::Spec => schema::Of::Specification,
        SchemaOf::Exclusions => schema::Of::Exclusions,
        SchemaOf::Policy => schema::Of::Policy,
        SchemaOf::Receivers => schema::Of::Receivers,
        SchemaOf::Boards => schema::Of::Boards,
    });
    world.print(format!("{schema:#}\n").as_bytes())
}
