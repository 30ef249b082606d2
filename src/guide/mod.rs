//! The guide: the three doors, the protocol in pictures, and how the crate is embedded and tested.
//!
//! It is only in the documentation. The same pages, and those of the other packages, are a book in the repository's
//! `docs/`.

/// A page of the guide. Its links lead elsewhere here than in the book: of two definitions of a link, the first counts.
macro_rules! pages {
    ($($(#[$first:meta])* $page:ident = $file:literal;)*) => {$(
        $(#[$first])*
        #[doc = ""]
        #[doc = include_str!("links.md")]
        #[doc = concat!("[picture]: ", include_str!("../../docs/pictures/connection.uri"))]
        #[doc = concat!("[deployment]: ", include_str!("../../docs/pictures/deployment.uri"))]
        #[doc = ""]
        #[doc = include_str!(concat!("../../docs/", $file, ".md"))]
        pub mod $page {}
    )*};
}

pages! {
    /// The states of a connection and of an environment, and what leads from one to another.
    protocol = "protocol";
    /// The shortest way to an answer: ten questions, with five lines each.
    questions = "questions";
    /// For anyone who writes a service around the crate.
    service = "service";
    /// For anyone who tests something against the model.
    tester = "tester";
    /// For anyone who checks another implementation against the model.
    verifier = "verifier";
    /// From a request to an answer: blocking, async, with an event loop; and many at once.
    embedding = "embedding";
    /// What is sent and carried out because of an operation, and how none of it is lost.
    events = "events";
    /// Quotas, clocks and ids, which come with each call.
    settings = "settings";
    /// Lists, page by page.
    lists = "lists";
    /// What a store keeps, and what stays compatible.
    stored = "stored";
    /// What the feature `testing` is for.
    testing = "testing";
    /// Where the model ends.
    not_modelled = "not-modelled";
    /// Other programs for the same purpose, and what they have.
    compared = "compared";
}
