//! Names of objectives and of other parts: that they differ, and that those which are referred to are there.

use std::cell::RefCell;

use crate::base::{Span, nearest};
use crate::diag::{Code, quote};
use crate::spec::Declared;
use crate::spec::decode::At;
use crate::spec::values;

/// The names of a service's objectives, and who refers to them.
#[derive(Default)]
pub(super) struct Names<'a> {
    given: RefCell<Vec<(String, Span)>>,
    composites: RefCell<Vec<String>>,
    /// Beginnings of names whose ends could not be read.
    unsure: RefCell<Vec<String>>,
    wanted: RefCell<Vec<Wanted<'a>>>,
}

struct Wanted<'a> {
    at: At<'a>,
    name: String,
    /// Whether as a part of a composite.
    member: bool,
}

impl<'a> Names<'a> {
    /// An objective is called so.
    pub(super) fn give(&self, name: &str, span: Span) {
        self.given.borrow_mut().push((name.to_owned(), span));
    }

    /// An objective's name begins so, and has a fault.
    pub(super) fn begin(&self, name: String) {
        self.unsure.borrow_mut().push(name);
    }

    /// An objective is made of others.
    pub(super) fn composite(&self, name: &str) {
        self.composites.borrow_mut().push(name.to_owned());
    }

    /// The name of an objective, to be looked for when all are known; `member` says whether as a part of a composite.
    pub(super) fn want(&self, at: &At<'a>, member: bool) -> Option<String> {
        let name = values::text(at)?;
        self.wanted.borrow_mut().push(Wanted { at: at.clone(), name: name.clone(), member });
        Some(name)
    }

    /// A list of names of objectives, none twice.
    pub(super) fn want_all(&self, at: &At<'a>) -> Option<Vec<String>> {
        let unique = Unique::new("objective");
        at.words(|at| {
            let name = self.want(at, false)?;
            unique.check(at, &name).then_some(name)
        })
    }

    /// Says which names that were asked for are not there, or cannot be used so.
    pub(super) fn check(&self) {
        let given = self.given.borrow();
        let unsure = self.unsure.borrow();
        for Wanted { at, name, member } in self.wanted.borrow().iter() {
            let known = || given.iter().map(|(name, _)| name.as_str());
            if *member && self.composites.borrow().contains(name) {
                let message = format!("the objective {} is made of others itself", quote(name));
                let fault = at.fault(Code::UnknownObjective, message);
                at.say::<()>(fault.help("name the objectives that it is made of"));
            } else if !known().any(|known| known == name)
                && !unsure.iter().any(|beginning| name.starts_with(beginning))
            {
                let message = format!("the service has no objective {}", quote(name));
                let fault = at.fault(Code::UnknownObjective, message);
                let of_it = format!("{name}-");
                at.say::<()>(fault.help(match nearest(name, known()) {
                    _ if known().any(|known| known.starts_with(&of_it)) => {
                        let family: Vec<&str> = known().filter(|known| known.starts_with(&of_it)).collect();
                        format!("name one of its objectives: {}", family.join(", "))
                    }
                    Some(near) => format!("did you mean `{near}`?"),
                    None => format!("there are {}", known().collect::<Vec<_>>().join(", ")),
                }));
            }
        }
    }

    /// The objectives of this service by their whole names.
    pub(super) fn declared(&self, service: &str) -> Vec<Declared> {
        let given = self.given.borrow();
        given.iter().map(|(name, span)| Declared { id: format!("{service}/{name}"), span: *span }).collect()
    }
}

/// Names of which none may be there twice.
pub(super) struct Unique {
    what: &'static str,
    seen: RefCell<Vec<(String, Span)>>,
}

impl Unique {
    /// No names of such things yet.
    pub(super) fn new(what: &'static str) -> Self {
        Self { what, seen: RefCell::default() }
    }

    /// Whether a name is new; where it is not, that is said.
    pub(super) fn check(&self, at: &At, name: &str) -> bool {
        let mut seen = self.seen.borrow_mut();
        let Some((_, first)) = seen.iter().find(|(known, _)| known == name) else {
            seen.push((name.to_owned(), at.node.span));
            return true;
        };
        let message = format!("the {} {} stands here twice", self.what, quote(name));
        let fault = at.fault(Code::DuplicateEntry, message).also(at.file(), *first, "first here");
        at.say::<()>(fault.help("remove one of the two, or give it another name"));
        false
    }
}
