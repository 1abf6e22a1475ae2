//! Moments: civil dates and UTC stamps in the one spelling that a record uses.

/// A day, `YYYY-MM-DD`.
#[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd)]
pub struct Day {
    /// Year.
    pub year: u16,
    /// Month, from 1.
    pub month: u8,
    /// Day of the month, from 1.
    pub day: u8,
}

/// A moment in UTC, `YYYY-MM-DDThh:mm:ssZ`.
#[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd)]
pub struct Moment {
    /// The day.
    pub day: Day,
    /// Hour, 0 to 23.
    pub hour: u8,
    /// Minute.
    pub minute: u8,
    /// Second.
    pub second: u8,
}

impl Day {
    /// Reads a day that exists in the Gregorian calendar.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let [year, month, day] = numbers(text, "dddd-dd-dd")?;
        let leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
        let length = match month {
            1 | 3 | 5 | 7 | 8 | 10 | 12 => 31,
            4 | 6 | 9 | 11 => 30,
            2 if leap => 29,
            2 => 28,
            _ => return None,
        };
        let exists = year >= 1900 && (1..=length).contains(&day);
        exists.then_some(Self {
            year,
            month: u8::try_from(month).ok()?,
            day: u8::try_from(day).ok()?,
        })
    }
}

impl Moment {
    /// Reads a UTC stamp with whole seconds.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let (day, time) = text.split_once('T')?;
        let [hour, minute, second] = numbers(time, "dd:dd:ddZ")?;
        if hour > 23 || minute > 59 || second > 59 {
            return None;
        }
        let byte = |number: u16| u8::try_from(number).ok();
        let day = Day::parse(day)?;
        Some(Self { day, hour: byte(hour)?, minute: byte(minute)?, second: byte(second)? })
    }

    /// The form PDF wants (ISO 32000-1, clause 7.9.4).
    #[must_use]
    pub fn pdf(&self) -> String {
        let Day { year, month, day } = self.day;
        let Self { hour, minute, second, .. } = self;
        format!("D:{year:04}{month:02}{day:02}{hour:02}{minute:02}{second:02}Z")
    }
}

/// Three numbers in a text of exactly this shape, `d` standing for a digit.
fn numbers(text: &str, shape: &str) -> Option<[u16; 3]> {
    let fits = text.len() == shape.len()
        && text.bytes().zip(shape.bytes()).all(|(found, wanted)| match wanted {
            b'd' => found.is_ascii_digit(),
            other => found == other,
        });
    if !fits {
        return None;
    }
    let mut parts = text.split(|c: char| !c.is_ascii_digit()).map(str::parse);
    let mut next = || parts.next().and_then(Result::ok);
    Some([next()?, next()?, next()?])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_days_of_the_calendar_in_one_spelling_are_read() {
        assert!(Day::parse("2024-02-29").is_some());
        for wrong in
            ["2023-02-29", "2026-13-01", "2026-00-10", "2026-1-1", "26-01-01", "2026/01/01"]
        {
            assert_eq!(Day::parse(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn iso32000_7_9_4_a_moment_is_written_as_pdf_wants_it() {
        let moment = Moment::parse("2026-11-23T04:05:06Z").unwrap();
        assert_eq!(moment.pdf(), "D:20261123040506Z");
        for wrong in ["2026-11-23T24:00:00Z", "2026-11-23 04:05:06Z", "2026-11-23T04:05:06"] {
            assert_eq!(Moment::parse(wrong), None, "{wrong}");
        }
    }
}
