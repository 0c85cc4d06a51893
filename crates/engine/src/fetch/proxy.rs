//! The proxy that the environment names. `ureq` looks at the variables in one fixed order; people
//! expect the one that belongs to the address's scheme, and to be told of one that is no address.

use ureq::Proxy;

use super::error::FetchError;

/// What is asked for `https` addresses, in this order.
const FOR_HTTPS: [&str; 4] = ["HTTPS_PROXY", "https_proxy", "ALL_PROXY", "all_proxy"];
/// What is asked for `http` addresses. The capital one comes second, as a web server may let
/// anybody set it.
const FOR_HTTP: [&str; 4] = ["http_proxy", "HTTP_PROXY", "ALL_PROXY", "all_proxy"];

/// The proxy for this scheme, if any.
pub(super) fn of(
    https: bool,
    env: &dyn Fn(&str) -> Option<String>,
) -> Result<Option<Proxy>, FetchError> {
    let set = |name: &str| env(name).map(|value| value.trim().to_owned()).filter(|v| !v.is_empty());
    let variables = if https { FOR_HTTPS } else { FOR_HTTP };
    let Some((variable, address)) = variables.into_iter().find_map(|name| Some((name, set(name)?)))
    else {
        return Ok(None);
    };
    let bad = |_| FetchError::BadProxy { variable };
    let plain = Proxy::new(&address).map_err(bad)?;
    let mut builder = Proxy::builder(plain.protocol()).host(plain.host()).port(plain.port());
    if let Some(username) = plain.username() {
        builder = builder.username(username);
    }
    if let Some(password) = plain.password() {
        builder = builder.password(password);
    }
    let exceptions = set("NO_PROXY").or_else(|| set("no_proxy")).unwrap_or_default();
    for host in exceptions.split(',').map(str::trim).filter(|host| !host.is_empty()) {
        builder = builder.no_proxy(host);
        // As elsewhere, a bare domain stands for the hosts in it too.
        if !host.starts_with(['.', '*']) {
            builder = builder.no_proxy(&format!(".{host}"));
        }
    }
    builder.build().map(Some).map_err(bad)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(https: bool, variables: &[(&str, &str)], expect: Option<(&str, u16)>) {
        let env = |name: &str| {
            variables.iter().find(|(key, _)| *key == name).map(|(_, value)| (*value).to_owned())
        };
        let proxy = of(https, &env).unwrap();
        let got = proxy.as_ref().map(|proxy| (proxy.host(), proxy.port()));
        assert_eq!(got, expect, "{variables:?}");
    }

    #[test]
    fn the_variable_of_the_scheme_wins() {
        let both = [("HTTP_PROXY", "http://plain:1"), ("HTTPS_PROXY", "http://safe:2")];
        check(true, &both, Some(("safe", 2)));
        check(false, &both, Some(("plain", 1)));
        check(true, &[("HTTP_PROXY", "http://plain:1")], None);
        check(false, &[("ALL_PROXY", "http://all:3")], Some(("all", 3)));
        check(true, &[("https_proxy", "small:4")], Some(("small", 4)));
        check(true, &[("HTTPS_PROXY", " ")], None);
        check(true, &[], None);
    }

    #[test]
    fn a_name_and_password_survive() {
        let env =
            |name: &str| (name == "HTTPS_PROXY").then(|| "http://me:p%40ss@proxy:5".to_owned());
        let proxy = of(true, &env).unwrap().unwrap();
        assert_eq!((proxy.username(), proxy.password()), (Some("me"), Some("p@ss")));
    }

    #[test]
    fn exceptions_hold_for_a_domain_and_its_hosts() {
        let env = |name: &str| match name {
            "HTTPS_PROXY" => Some("http://proxy:5".to_owned()),
            "NO_PROXY" => Some("localhost, example.org".to_owned()),
            _ => None,
        };
        let proxy = of(true, &env).unwrap().unwrap();
        let direct = |url: &'static str| proxy.is_no_proxy(&url.parse().unwrap());
        assert!(direct("https://example.org/x"));
        assert!(direct("https://hub.example.org/x"));
        assert!(!direct("https://badexample.org/x"));
    }

    #[test]
    fn an_address_that_is_none_names_its_variable_and_no_password() {
        let env = |name: &str| (name == "ALL_PROXY").then(|| "ftp://me:secret@x:1".to_owned());
        let error = of(true, &env).unwrap_err().to_string();
        assert!(error.contains("ALL_PROXY") && !error.contains("secret"), "{error}");
    }
}
