/// Other objectives of the same service, taken together.
#[derive(Debug, Clone, PartialEq)]
pub struct CompositeSli {
    /// Which, in the order written.
    pub members: Vec<Member>,
}

/// An objective in a composite.
#[derive(Debug, Clone, PartialEq)]
pub struct Member {
    /// Its name.
    pub slo: String,
    /// How much it counts.
    pub weight: f64,
}
