//! Points in time as older services of Azure write them.

/// Seconds since 1970 of `text`: `2026-11-24T10:47:48Z`, or Azure's `11/24/2026 10:47:48 AM +00:00`. Without an offset
/// it is UTC; fractions of a second are dropped.
pub(crate) fn unix_seconds(text: &str) -> Option<i64> {
    let (date, rest) = text.trim().split_once(['T', ' '])?;
    let (year, month, day) = match (numbers(date, '/'), numbers(date, '-')) {
        (Some([month, day, year]), _) | (_, Some([year, month, day])) => (year, month, day),
        _ => return None,
    };
    let rest = rest.trim_start();
    let end = rest.find(|character: char| !matches!(character, '0'..='9' | ':' | '.')).unwrap_or(rest.len());
    let (time, rest) = rest.split_at(end);
    let [hour, minute, second] = numbers(time.split('.').next()?, ':')?;
    let (hour, zone) = clock(hour, rest.trim_start())?;
    let valid = (1..=12).contains(&month) && (1..=31).contains(&day) && hour < 24 && minute < 60 && second <= 60;
    let seconds = days(year, month, day) * 86_400 + hour * 3600 + minute * 60 + second;
    valid.then_some(seconds - offset(zone.trim())?)
}

/// Exactly three numbers of at most four digits.
fn numbers(text: &str, separator: char) -> Option<[i64; 3]> {
    let number = |part: &str| {
        let digits = (1..=4).contains(&part.len()) && part.bytes().all(|byte| byte.is_ascii_digit());
        part.parse().ok().filter(|_| digits)
    };
    let mut parts = text.split(separator);
    let three = [number(parts.next()?)?, number(parts.next()?)?, number(parts.next()?)?];
    parts.next().is_none().then_some(three)
}

/// The hour of the day, and what follows it: AM and PM are those of a twelve-hour clock.
fn clock(hour: i64, rest: &str) -> Option<(i64, &str)> {
    let half = rest.get(..2).unwrap_or_default();
    let afternoon = match half.to_ascii_uppercase().as_str() {
        "AM" => 0,
        "PM" => 12,
        _ => return Some((hour, rest)),
    };
    (1..=12).contains(&hour).then_some((hour % 12 + afternoon, &rest[2..]))
}

/// Seconds that local time is ahead of UTC.
fn offset(zone: &str) -> Option<i64> {
    let (sign, zone) = match zone.as_bytes().first() {
        None => return Some(0),
        Some(b'Z') if zone.len() == 1 => return Some(0),
        Some(b'+') => (1, &zone[1..]),
        Some(b'-') => (-1, &zone[1..]),
        Some(_) => return None,
    };
    let [hours, minutes, _] = numbers(&format!("{zone}:0"), ':')?;
    (hours < 24 && minutes < 60).then_some(sign * (hours * 3600 + minutes * 60))
}

/// Days from 1970 to a date of the Gregorian calendar. The year is taken to begin in March, so that a leap day ends it.
fn days(year: i64, month: i64, day: i64) -> i64 {
    let (year, month) = if month > 2 { (year, month - 3) } else { (year - 1, month + 9) };
    let leap_days = year.div_euclid(4) - year.div_euclid(100) + year.div_euclid(400);
    let day_of_year = (153 * month + 2) / 5 + day - 1;
    // 719,468 days lie between March of the year 0 and 1970.
    365 * year + leap_days + day_of_year - 719_468
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_are_read_in_each_form() {
        for (text, expected) in [
            ("1970-01-01T00:00:00Z", 0),
            ("2026-11-24T10:47:48Z", 1_795_517_268),
            ("2026-11-24T10:47:48.9876543Z", 1_795_517_268),
            ("2026-11-24 10:47:48 +00:00", 1_795_517_268),
            ("2026-11-24T12:47:48+02:00", 1_795_517_268),
            ("2026-11-24T05:17:48-05:30", 1_795_517_268),
            ("2026-11-24T10:47:48", 1_795_517_268),
            ("11/24/2026 10:47:48 AM +00:00", 1_795_517_268),
            ("11/24/2026 10:47:48 +00:00", 1_795_517_268),
            ("11/24/2026 10:47:48 PM +00:00", 1_795_517_268 + 12 * 3600),
            ("1/2/2026 12:03:04 am", 1_767_312_184),
            ("1/2/2026 12:03:04 PM", 1_767_312_184 + 12 * 3600),
            ("2024-02-29T23:59:59Z", 1_709_251_199),
            ("2024-03-01T00:00:00Z", 1_709_251_200),
            ("2100-03-01T00:00:00Z", 4_107_542_400),
            ("1969-12-31T23:59:59Z", -1),
        ] {
            assert_eq!(unix_seconds(text), Some(expected), "{text}");
        }
    }

    #[test]
    fn what_is_no_date_is_none() {
        for text in [
            "",
            "soon",
            "2026-11-24",
            "2026-13-24T10:47:48Z",
            "2026-11-32T10:47:48Z",
            "2026-11-24T24:00:00Z",
            "2026-11-24T10:60:00Z",
            "2026-11-24T10:47Z",
            "2026-11-24T10:47:48X",
            "2026-11-24T10:47:48+1:2:3",
            "2026-11-24T10:47:48+0200",
            "2026-11-24T10:47:48é",
            "11/24/2026 13:47:48 PM",
            "11/24/2026/1 10:47:48",
            "99999-11-24T10:47:48Z",
            "+2026-11-24T10:47:48Z",
        ] {
            assert_eq!(unix_seconds(text), None, "{text}");
        }
    }
}
