use super::{
    AsyncFixture, Failure, Fixture, Paragraph,
    cases::reads,
    failure::Kept,
    subject::Subject,
    thread::{Threads, block_on},
};

/// One case of the contract.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Case {
    name: &'static str,
    says: &'static str,
    paragraphs: &'static [Paragraph],
}

/// Each is the function of its name.
macro_rules! cases {
    ($([$($paragraph:ident)+] $room:ident::$name:ident $says:literal)*) => {
        /// All cases.
        pub static CASES: &[Case] = &[$(
            Case { name: stringify!($name), says: $says, paragraphs: &[$(Paragraph::$paragraph),+] },
        )*];

        async fn play<F: AsyncFixture>(name: &str, subject: &mut Subject<F>) -> Kept {
            $(if name == stringify!($name) {
                return $room::$name(subject).await;
            })*
            Ok(())
        }
    };
}

cases! {
    [LOAD] reads::absent_or_present "what was not written is absent"
    [LOAD] reads::read_your_writes "every handle reads what any handle has committed"
}

/// The case of this name.
#[must_use]
pub fn case(name: &str) -> Option<&'static Case> {
    CASES.iter().find(|case| case.name == name)
}

impl Case {
    /// Its name.
    #[must_use]
    pub const fn name(&self) -> &'static str {
        self.name
    }

    /// What it says that a store does.
    #[must_use]
    pub const fn says(&self) -> &'static str {
        self.says
    }

    /// What it rests on.
    #[must_use]
    pub const fn paragraphs(&self) -> &'static [Paragraph] {
        self.paragraphs
    }

    /// Holds a store to this case. How many loads, scans and commits it took: none where it was left out, because the
    /// fixture has not what it needs.
    ///
    /// # Errors
    ///
    /// What the store did, and what the contract says.
    pub fn check<F: Fixture>(&'static self, fresh: F) -> Result<u64, Failure> {
        block_on(self.check_async(Threads(fresh)))
    }

    /// The same of an async store. All is done by the task that awaits this, on whatever runtime.
    ///
    /// # Errors
    ///
    /// What the store did, and what the contract says.
    pub async fn check_async<F: AsyncFixture>(&'static self, fresh: F) -> Result<u64, Failure> {
        let mut subject = Subject::new(fresh).await;
        let kept = play(self.name, &mut subject).await;
        let (steps, mut before) = subject.end().await;
        kept.map(|()| steps).map_err(|breach| {
            before.retain(|asked| !asked.starts_with(&breach.asked));
            Failure { case: self, breach, before: before.into() }
        })
    }
}
