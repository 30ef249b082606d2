use super::Choices;

/// How many mistakes a request has.
#[derive(Clone, Copy, Debug)]
pub(in crate::testing) enum Care {
    Careful,
    /// For a session, which is long and should get far.
    Usual,
    Careless,
}

/// This many requests out of a hundred are careless.
const CARELESS: u64 = 30;

impl Care {
    /// That of a script's request. Mistakes come together: which of two checks comes first shows only if both refuse.
    pub(in crate::testing) fn of_a_request(choices: &mut Choices) -> Self {
        if choices.chance(CARELESS) { Self::Careless } else { Self::Careful }
    }

    /// In how many cases out of a hundred a thing goes wrong: half as often as it usually does, or four times as often.
    pub(super) const fn percent(self, usual: u64) -> u64 {
        match self {
            Self::Careful => usual / 2,
            Self::Usual => usual,
            Self::Careless => usual * 4,
        }
    }

    /// In how many cases out of a hundred an input is malformed, given in how many of all it is: twice as often in the
    /// careless ones. More would hide what else is wrong in them.
    pub(super) fn malformed(self, of_all: u64) -> u64 {
        let of_all = of_all.min(100);
        let careless = (of_all * 2).min(100);
        match self {
            Self::Careful => (100 * of_all - CARELESS * careless) / (100 - CARELESS),
            Self::Usual => of_all,
            Self::Careless => careless,
        }
    }
}
