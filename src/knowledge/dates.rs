//! Dates at the precision that the source gives: a day, a month, a year, a decade, or from one to
//! another.

use std::fmt;
use std::str::FromStr;

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

/// Why a text is not a date.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum DateError {
    /// None of the forms.
    #[error("`{0}` is not a date: write YYYY, YYYY-MM, YYYY-MM-DD, a decade such as 1990s, or FROM/TO")]
    Form(String),
    /// The right form, but no such day or month.
    #[error("`{0}` is not in the calendar")]
    Calendar(String),
    /// The end lies before the start.
    #[error("`{0}` ends before it begins")]
    Order(String),
}

/// A point in time, as precise as it was told.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(into = "String", try_from = "String")]
pub enum Moment {
    /// Ten years from that one.
    Decade(i16),
    /// A year.
    Year(i16),
    /// A month of a year.
    Month(i16, i8),
    /// A day.
    Day(i16, i8, i8),
}

/// The days from `first` to `last`, both included.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Span {
    /// The first day.
    pub first: Date,
    /// The last day.
    pub last: Date,
}

/// When something happened: at a moment, or from one to another.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(into = "String", try_from = "String")]
pub struct Period {
    /// The moment, or the start.
    pub from: Moment,
    /// The end of a span.
    pub to: Option<Moment>,
}

impl Span {
    /// Whether the two have a day in common.
    #[must_use]
    pub fn overlaps(self, other: Self) -> bool {
        self.first <= other.last && other.first <= self.last
    }

    /// Whether every day of `other` is a day of this span.
    #[must_use]
    pub fn contains(self, other: Self) -> bool {
        self.first <= other.first && other.last <= self.last
    }

    /// The span from the first day of this to the last day of `other`.
    #[must_use]
    pub fn until(self, other: Self) -> Self {
        Self { first: self.first.min(other.first), last: self.last.max(other.last) }
    }
}

impl Moment {
    /// The days that the moment stands for.
    #[must_use]
    pub fn span(self) -> Span {
        let (from, to) = match self {
            Self::Decade(year) => ((year, 1, 1), (year + 9, 12, 31)),
            Self::Year(year) => ((year, 1, 1), (year, 12, 31)),
            Self::Month(year, month) => ((year, month, 1), (year, month, 0)),
            Self::Day(year, month, day) => ((year, month, day), (year, month, day)),
        };
        let date = |(year, month, day): (i16, i8, i8)| {
            if day == 0 {
                Date::new(year, month, 1).map(Date::last_of_month).unwrap_or_default()
            } else {
                Date::new(year, month, day).unwrap_or_default()
            }
        };
        Span { first: date(from), last: date(to) }
    }

    /// The year, or the decade's first.
    #[must_use]
    pub fn year(self) -> i16 {
        match self {
            Self::Decade(year) | Self::Year(year) | Self::Month(year, _) | Self::Day(year, ..) => year,
        }
    }

    /// The moment in words: "17 March 2015", "June 2010", "2005", "the 1980s".
    #[must_use]
    pub fn in_words(self) -> String {
        match self {
            Self::Decade(year) => format!("the {year}s"),
            Self::Year(year) => year.to_string(),
            Self::Month(year, month) => format!("{} {year}", month_name(month)),
            Self::Day(year, month, day) => format!("{day} {} {year}", month_name(month)),
        }
    }
}

impl Period {
    /// The days from its start to its end.
    #[must_use]
    pub fn span(self) -> Span {
        match self.to {
            Some(to) => self.from.span().until(to.span()),
            None => self.from.span(),
        }
    }

    /// Whether it belongs to what is asked: a moment lies wholly within the asked days, so that
    /// what is known only by its year is not claimed for a month; what lasted has a day among them.
    #[must_use]
    pub fn falls_in(self, asked: Span) -> bool {
        if self.to.is_some() { asked.overlaps(self.span()) } else { asked.contains(self.span()) }
    }

    /// The period in words: "2015 – June 2018".
    #[must_use]
    pub fn in_words(self) -> String {
        match (self.from, self.to) {
            (Moment::Day(year, month, day), Some(Moment::Day(last_year, last_month, last_day)))
                if (year, month) == (last_year, last_month) =>
            {
                format!("{day}–{last_day} {} {year}", month_name(month))
            }
            (from, Some(to)) => format!("{} – {}", from.in_words(), to.in_words()),
            (from, None) => from.in_words(),
        }
    }
}

/// The English name of a month, from 1.
fn month_name(month: i8) -> &'static str {
    const NAMES: [&str; 12] = [
        "January",
        "February",
        "March",
        "April",
        "May",
        "June",
        "July",
        "August",
        "September",
        "October",
        "November",
        "December",
    ];
    usize::try_from(month - 1).ok().and_then(|index| NAMES.get(index)).copied().unwrap_or_default()
}

impl FromStr for Moment {
    type Err = DateError;

    fn from_str(text: &str) -> Result<Self, DateError> {
        let form = || DateError::Form(text.to_owned());
        let calendar = || DateError::Calendar(text.to_owned());
        let number = |part: &str, digits: usize| -> Result<i16, DateError> {
            if part.len() == digits && part.bytes().all(|byte| byte.is_ascii_digit()) {
                part.parse().map_err(|_| form())
            } else {
                Err(form())
            }
        };
        if let Some(decade) = text.strip_suffix('s') {
            let year = number(decade, 4)?;
            return if year % 10 == 0 && year > 0 { Ok(Self::Decade(year)) } else { Err(form()) };
        }
        let parts: Vec<&str> = text.split('-').collect();
        let year = number(parts.first().copied().unwrap_or_default(), 4)?;
        if year == 0 {
            return Err(calendar());
        }
        let small = |part: &str| number(part, 2).and_then(|n| i8::try_from(n).map_err(|_| form()));
        match parts.as_slice() {
            [_] => Ok(Self::Year(year)),
            [_, month] => {
                let month = small(month)?;
                Date::new(year, month, 1).map_err(|_| calendar())?;
                Ok(Self::Month(year, month))
            }
            [_, month, day] => {
                let (month, day) = (small(month)?, small(day)?);
                Date::new(year, month, day).map_err(|_| calendar())?;
                Ok(Self::Day(year, month, day))
            }
            _ => Err(form()),
        }
    }
}

impl FromStr for Period {
    type Err = DateError;

    /// Reads `MOMENT`, `FROM/TO` or, as on the command line, `FROM..TO`.
    fn from_str(text: &str) -> Result<Self, DateError> {
        let text = text.trim();
        let Some((from, to)) = text.split_once("..").or_else(|| text.split_once('/')) else {
            return Ok(Self { from: text.parse()?, to: None });
        };
        let (from, to): (Moment, Moment) = (from.trim().parse()?, to.trim().parse()?);
        if to.span().last < from.span().first || to.span().first < from.span().first {
            return Err(DateError::Order(text.to_owned()));
        }
        Ok(Self { from, to: Some(to) })
    }
}

impl fmt::Display for Moment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Decade(year) => write!(f, "{year:04}s"),
            Self::Year(year) => write!(f, "{year:04}"),
            Self::Month(year, month) => write!(f, "{year:04}-{month:02}"),
            Self::Day(year, month, day) => write!(f, "{year:04}-{month:02}-{day:02}"),
        }
    }
}

impl fmt::Display for Period {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.from)?;
        if let Some(to) = self.to {
            write!(f, "/{to}")?;
        }
        Ok(())
    }
}

impl From<Moment> for String {
    fn from(moment: Moment) -> Self {
        moment.to_string()
    }
}

impl TryFrom<String> for Moment {
    type Error = DateError;

    fn try_from(text: String) -> Result<Self, DateError> {
        text.parse()
    }
}

impl From<Period> for String {
    fn from(period: Period) -> Self {
        period.to_string()
    }
}

impl TryFrom<String> for Period {
    type Error = DateError;

    fn try_from(text: String) -> Result<Self, DateError> {
        text.parse()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn period(text: &str) -> Period {
        text.parse().unwrap()
    }

    #[test]
    fn dates_keep_their_precision() {
        for text in ["1980s", "2010", "2010-06", "2015-03-17", "2015/2018-06", "2009-04-06/2009-04-07"] {
            assert_eq!(period(text).to_string(), text);
        }
        assert_eq!(period("2015/2018-06").in_words(), "2015 – June 2018");
        assert_eq!(period("2009-04-06/2009-04-07").in_words(), "6–7 April 2009");
        assert_eq!(period("1980s").in_words(), "the 1980s");
    }

    #[test]
    fn what_is_no_date_is_refused_with_its_reason() {
        for text in ["", "201", "2010-6", "2010-06-1", "20100601", "1985s", "2010-06-01-02", "x"] {
            assert!(matches!(text.parse::<Period>(), Err(DateError::Form(_))), "{text}");
        }
        for text in ["2010-13", "2011-02-29", "0000"] {
            assert!(matches!(text.parse::<Period>(), Err(DateError::Calendar(_))), "{text}");
        }
        assert!(matches!("2012/2010".parse::<Period>(), Err(DateError::Order(_))));
    }

    #[test]
    fn a_coarse_date_is_not_claimed_for_a_finer_question() {
        let asked = |text: &str| period(text).span();
        assert!(period("2010").falls_in(asked("2010")));
        assert!(!period("2010").falls_in(asked("2010-06")));
        assert!(period("2010-06").falls_in(asked("2009..2012")));
        assert!(!period("1980s").falls_in(asked("1988")));
        assert!(period("1980s").falls_in(asked("1980s")));
        assert!(period("2015/2018-06").falls_in(asked("2016-02")));
        assert!(!period("2015/2018-06").falls_in(asked("2019")));
    }
}
