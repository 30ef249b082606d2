//! The code of the guide, `docs/*.md`, as doc tests.

macro_rules! pages {
    ($($page:ident)*) => {
        $(#[cfg(doctest)] #[doc = include_str!(concat!("../../docs/", stringify!($page), ".md"))] mod $page {})*
    };
}

pages!(service tester questions embedding events settings lists stored testing judging);
