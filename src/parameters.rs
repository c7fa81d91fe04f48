//! Parameters of a request that have no field of their own.

use crate::error::Error;
use crate::secret::Text;

/// Names that have a field and so cannot be extra parameters.
const RESERVED: [&str; 10] = [
    "grant_type",
    "client_id",
    "client_secret",
    "resource",
    "scope",
    "username",
    "password",
    "refresh_token",
    "client_assertion_type",
    "client_assertion",
];

/// Extra parameters such as `audience` or `claims`, in the order in which they are sent.
#[derive(Clone, Debug, Default)]
pub struct Parameters(Vec<(Text, Text)>);

impl Parameters {
    /// Adds a parameter; an empty value is not sent.
    ///
    /// # Errors
    /// [`InvalidArgument`](crate::Status::InvalidArgument) for an empty name and for one that has a field of its own.
    pub fn add(&mut self, name: Text, value: Text) -> Result<(), Error> {
        if name.is_empty() || RESERVED.contains(&name.as_str()) {
            return Err(Error::invalid(
                "An extra parameter needs a name of its own: the names that the request has fields for are reserved.",
            ));
        }
        self.0.push((name, value));
        Ok(())
    }

    /// Names and values in their order.
    pub(crate) fn iter(&self) -> impl Iterator<Item = (&str, &str)> + Clone {
        self.0.iter().map(|(name, value)| (name.as_str(), value.as_str()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reserved_names_are_refused() {
        let mut parameters = Parameters::default();
        for name in RESERVED.into_iter().chain([""]) {
            parameters.add(name.into(), "x".into()).expect_err(name);
        }
        parameters.add("audience".into(), "x".into()).expect("a free name");
        assert_eq!(parameters.iter().collect::<Vec<_>>(), [("audience", "x")]);
    }
}
